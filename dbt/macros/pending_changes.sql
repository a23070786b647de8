{# Whether a model of the materialization changed_rows builds on the table that stands; dbt's own is_incremental()
   knows the materialization of that name alone. #}
{% macro is_change_run() -%}
    {%- set standing = load_relation(this) if execute else none -%}
    {{ return(
        standing is not none
        and standing.type == 'table'
        and model.config.materialized == 'changed_rows'
        and not should_full_refresh()
    ) }}
{%- endmacro %}

{# What such a model builds: the rows that the raw tables gained or lost since the last whole build. The
   loader notes them (see transform/pending_changes.py) and forgets them when a build is whole, so a run that died is made
   good by the next one. In a first build, and when a reference changed, nothing is left out. #}
{% macro of_pending_versions(feed, version) -%}
    {%- if is_change_run() %}
    where {{ version }} in ({{ pending_versions(feed) }})
    {%- endif %}
{%- endmacro %}

{% macro pending_versions(feed) -%}
    select version_id from {{ source('raw', 'pending_versions') }} where feed = '{{ feed }}'
{%- endmacro %}

{# Once a version went nobody knows any more whose rows it had, so what goes by patient is built again. #}
{% macro of_changed_patients(patient_key) -%}
    {%- set patients = ref('int_patients_changed') -%}
    {%- if builds_changes({'by': 'patient'}) %}
    where {{ patient_key }} in (select patient_key from {{ patients }})
    {%- endif %}
{%- endmacro %}

{# Whether a model builds no more than what changed; meta.replaces says how that is told. #}
{% macro builds_changes(replaces) -%}
    {%- if not is_change_run() or replaces.by == 'all' -%}
        {{ return(false) }}
    {%- elif replaces.by == 'patient' -%}
        {%- set deleted -%}
            select count(*) from {{ source('raw', 'pending_versions') }} where feed = 'declarations' and is_deleted
        {%- endset -%}
        {{ return(run_query(deleted).rows[0][0] == 0) }}
    {%- else -%}
        {{ return(true) }}
    {%- endif -%}
{%- endmacro %}

{% macro of_pending_days(feed, instant) -%}
    {%- if is_change_run() %}
    where {{ in_pending_days(feed, instant) }}
    {%- endif %}
{%- endmacro %}

{# Whether an instant lies in a local day that changed; with bounds in so many words, so that the scan can skip. #}
{% macro in_pending_days(feed, instant) -%}
    {%- set bounds %}
        select
            cast(timezone('Europe/Amsterdam', cast(day as timestamp)) as varchar),
            cast(timezone('Europe/Amsterdam', cast(day as timestamp) + interval 1 day) as varchar)
        from {{ source('raw', 'pending_days') }}
        where feed = '{{ feed }}'
        order by day
    {% endset -%}
    {%- set days = run_query(bounds).rows -%}
    {%- if days | length == 0 -%}
        false
    {%- else -%}
        {{ instant }} >= timestamptz '{{ days[0][0] }}' and {{ instant }} < timestamptz '{{ days[-1][1] }}'
        and (
            {%- for from, until in days %}
            ({{ instant }} >= timestamptz '{{ from }}' and {{ instant }} < timestamptz '{{ until }}')
            {{- ' or ' if not loop.last }}
            {%- endfor %}
        )
    {%- endif -%}
{%- endmacro %}

{# The rows of the standing table that are built again; meta.replaces says how they are told. #}
{% macro rows_that_changed(replaces) -%}
    {%- if replaces.by == 'version' -%}
        version_id in ({{ pending_versions(replaces.feed) }})
        or version_id not in (select version_id from {{ source('raw', 'loaded_versions') }} where feed = '{{ replaces.feed }}')
    {%- elif replaces.by == 'patient' -%}
        patient_key in (select patient_key from {{ ref('int_patients_changed') }})
    {%- else -%}
        {{ in_pending_days(replaces.feed, replaces.instant) }}
    {%- endif -%}
{%- endmacro %}
