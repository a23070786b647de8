{# What an incremental model builds: the rows that the raw tables gained or lost since the last whole build. The
   loader notes them (see transform/unbuilt.py) and forgets them when a build is whole, so a run that died is made
   good by the next one. In a first build, and when a reference changed, nothing is left out. #}
{% macro of_unbuilt_versions(feed, version) -%}
    {%- if is_incremental() %}
    where {{ version }} in ({{ unbuilt_versions(feed) }})
    {%- endif %}
{%- endmacro %}

{% macro unbuilt_versions(feed) -%}
    select version_id from raw.unbuilt where feed = '{{ feed }}'
{%- endmacro %}

{# Once a version went nobody knows any more whose rows it had, so what goes by patient is built anew. #}
{% macro of_unbuilt_patients(patient_key) -%}
    {%- set patients = ref('int_patients_unbuilt') -%}
    {%- if builds_unbuilt({'by': 'patient'}) %}
    where {{ patient_key }} in (select patient_key from {{ patients }})
    {%- endif %}
{%- endmacro %}

{# Whether a model builds no more than what changed; meta.replaces says how that is told. #}
{% macro builds_unbuilt(replaces) -%}
    {%- if not is_incremental() or replaces.by == 'all' -%}
        {{ return(false) }}
    {%- elif replaces.by == 'patient' -%}
        {%- set gone = "select count(*) from raw.unbuilt where feed = 'declarations' and is_gone" -%}
        {{ return(run_query(gone).rows[0][0] == 0) }}
    {%- else -%}
        {{ return(true) }}
    {%- endif -%}
{%- endmacro %}

{% macro of_unbuilt_days(feed, instant) -%}
    {%- if is_incremental() %}
    where {{ in_unbuilt_days(feed, instant) }}
    {%- endif %}
{%- endmacro %}

{# Whether an instant lies in a local day that changed; with bounds in so many words, so that the scan can skip. #}
{% macro in_unbuilt_days(feed, instant) -%}
    {%- set bounds %}
        select
            cast(timezone('Europe/Amsterdam', cast(day as timestamp)) as varchar),
            cast(timezone('Europe/Amsterdam', cast(day as timestamp) + interval 1 day) as varchar)
        from raw.unbuilt_days
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

{# The rows of the standing table that are built anew; meta.replaces says how they are told. #}
{% macro unbuilt_condition(replaces) -%}
    {%- if replaces.by == 'version' -%}
        version_id in ({{ unbuilt_versions(replaces.feed) }})
        or version_id not in (select version_id from raw.loaded where feed = '{{ replaces.feed }}')
    {%- elif replaces.by == 'patient' -%}
        patient_key in (select patient_key from {{ ref('int_patients_unbuilt') }})
    {%- else -%}
        {{ in_unbuilt_days(replaces.feed, replaces.instant) }}
    {%- endif -%}
{%- endmacro %}
