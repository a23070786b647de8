"""The tables of by_hand.sql and by_hand_capacity.sql as an able user of pandas would write them."""
