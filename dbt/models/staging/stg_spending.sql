{{ config(materialized='table_in_place') }}
{{ current_rows('spending') }}
