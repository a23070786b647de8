{# A delivered row as text, columns in the order of the contract, patient fields masked. #}
{% macro row_as_text(contract) -%}
    concat_ws(','
    {%- for name, column in contract.columns.items() -%}
        {%- if column.patient %}, case when {{ name }} is null then '' else '***' end
        {%- else %}, coalesce(cast({{ name }} as varchar), '')
        {%- endif -%}
    {%- endfor -%}
    )
{%- endmacro %}
