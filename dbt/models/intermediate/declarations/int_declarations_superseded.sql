{{ config(materialized='changed_rows', meta={'replaces': {'by': 'all'}}) }}
{{ superseded('int_declarations_judged', 'declarations', ['provider_agb', 'declaration_id'],
              ['unknown_provider', 'unknown_insurer', 'unknown_performance_code'],
              out_of_range='int_declarations_out_of_range') }}
