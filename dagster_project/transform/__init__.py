"""From what the door accepted to the marts: the raw tables, and dbt in this process."""
