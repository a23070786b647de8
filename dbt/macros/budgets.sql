{# The lines of each edition of a provider's year: a later delivery date replaces the edition whole, and files of one date
   belong together. `relation` has the accepted rows, for a row that waits replaces nothing. #}
{% macro latest_editions(relation) -%}
    select *
    from {{ relation }}
    qualify
        delivery_date = max(delivery_date) over (partition by provider_agb, year, edition)
        and row_number() over (
            partition by provider_agb, year, edition, component, parameter
            order by delivery_order desc
        ) = 1
{%- endmacro %}
