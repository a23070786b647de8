{# Whether a region is none of the ten of reference.region, as written there; who names none names no unknown one. #}
{% macro is_unknown_region(region) -%}
    {{ region }} is not null
    and not exists (select 1 from {{ ref('region') }} as known where known.region_code = {{ region }})
{%- endmacro %}

{# Whether who is named is unknown on all days of a row's own period; an open end is null, and who is not named needs
   not be known. `owner` is provider_agb or insurer_uzovi. #}
{% macro is_unknown(owner, named, first, last) -%}
    {%- set known = {'provider_agb': 'int_providers_by_period', 'insurer_uzovi': 'int_insurers_by_period'} -%}
    {{ named }} is not null
    and not exists (
        select 1
        from {{ ref(known[owner]) }} as known
        where
            known.{{ owner }} = {{ named }}
            and known.valid_from <= coalesce({{ last }}, date '9999-12-31')
            and known.valid_until >= {{ first }}
    )
{%- endmacro %}
