{{ config(materialized='table_in_place') }}
{{ current_rows('market_shares') }}
