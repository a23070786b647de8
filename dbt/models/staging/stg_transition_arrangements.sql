{{ config(materialized='table_in_place') }}
{{ current_rows('transition_arrangements') }}
