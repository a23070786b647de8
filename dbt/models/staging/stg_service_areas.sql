{{ config(materialized='table_in_place') }}
{{ current_rows('service_areas') }}
