{# The warehouse is a cache that one run rebuilds and nobody reads meanwhile, so a model needs no temporary
   relation, renames and backups: one statement replaces it. That is most of dbt's own time per model. #}
{% materialization table_in_place, adapter='duckdb', supported_languages=['sql'] %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {% call statement('main') -%}
        {%- if config.get('contract').enforced %}
            {{ get_assert_columns_equivalent(sql) }}
            create or replace table {{ target_relation }} {{ get_table_columns_and_constraints() }};
            insert into {{ target_relation }} {{ get_select_subquery(sql) }};
        {%- else %}
            create or replace table {{ target_relation }} as
            {{ sql }};
        {%- endif %}
    {%- endcall %}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization view_in_place, adapter='duckdb', supported_languages=['sql'] %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {% call statement('main') -%}
        {%- if config.get('contract').enforced %}
            {{ get_assert_columns_equivalent(sql) }}
        {%- endif %}
        create or replace view {{ target_relation }} as
        {{ sql }};
    {%- endcall %}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# The rows that changed go and come back, in one transaction; what they are, the model's meta.replaces says. A model
   that replaces all may read itself as it was. #}
{% materialization changed_rows, adapter='duckdb', supported_languages=['sql'] %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set replaces = config.get('meta')['replaces'] -%}
    {% call statement('main') -%}
        {%- if builds_changes(replaces) %}
            delete from {{ target_relation }} where {{ rows_that_changed(replaces) }};
            insert into {{ target_relation }} by name (
                {{ sql }}
            );
        {%- else %}
            {{ created_and_filled(target_relation, sql) }}
        {%- endif %}
    {%- endcall %}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# Columns of which hardly two values are alike, as meta.uncompressed lists them, are stored as they are: DuckDB spends
   more on looking for a way to compress them, and on reading them again, than on all else about a row. #}
{% macro created_and_filled(relation, sql) -%}
    {%- set uncompressed = config.get('meta').get('uncompressed', []) -%}
    {%- if uncompressed -%}
        create or replace table {{ relation }} (
            {%- for column in run_query('describe ' ~ sql).rows %}
            {{ column[0] }} {{ column[1] }}
            {{- ' using compression uncompressed' if column[0] in uncompressed }}{{ ',' if not loop.last }}
            {%- endfor %}
        );
        insert into {{ relation }} by name (
            {{ sql }}
        );
    {%- else -%}
        create or replace table {{ relation }} as
        {{ sql }};
    {%- endif -%}
{%- endmacro %}
