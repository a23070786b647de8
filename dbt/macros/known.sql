{# Whether reference periods know an owner on some day of a row's own period; an open end is null, and who is not
   named needs not be known. #}
{% macro is_unknown(periods, owner, named, first, last) -%}
    {{ named }} is not null
    and not exists (
        select 1
        from {{ periods }} as known
        where
            known.{{ owner }} = {{ named }}
            and known.valid_from <= coalesce({{ last }}, date '9999-12-31')
            and known.valid_until >= {{ first }}
    )
{%- endmacro %}
