"""The postgres room: the current release on a PostgreSQL server, a database per recipient.

Belongs here: databases, roles and their limits, what is closed to them, loading, the watch over statements. Not here:
what an insurer sees (`publish/insurer_visibility.py`, from the marts' YAML), making a release (`publish`).
"""
