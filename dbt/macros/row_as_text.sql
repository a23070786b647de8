{# A delivered row as text, columns in the order of the contract, patient fields masked. #}
{% macro row_as_text(feed) -%}
    {%- set parts = [] -%}
    {%- if execute -%}
        {%- for source in graph.sources.values() if source.name == feed -%}
            {%- for column in source.columns.values() if column.meta.delivered -%}
                {%- if column.meta.patient -%}
                    {%- do parts.append("case when " ~ column.name ~ " is null then '' else '***' end") -%}
                {%- else -%}
                    {%- do parts.append("coalesce(cast(" ~ column.name ~ " as varchar), '')") -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    concat_ws(',', {{ parts | join(', ') if parts else "''" }})
{%- endmacro %}
