"""The tables of by_hand.sql and by_hand_capacity.sql, made by PySpark in its local mode instead."""
