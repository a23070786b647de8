-- Every finding with both its sides. A finding keeps its id as long as its rule and sides stay the same. Providers and
-- numbers of declarations are few enough to be tried one by one, so the hash is keyed: an insurer that holds an id
-- does not find the side that it may not see.
{%- set sides -%}
    cast(to_json([
        f.rule, f.provider_agb, f.declaration_id, f.counter_provider_agb, f.counter_declaration_id, f.budget_line,
        f.counter_line
    ]) as varchar)
{%- endset %}
select
    left({{ keyed_hash(sides, 'k.inner_pad', 'k.outer_pad') }}, 32) as finding_id,
    f.rule,
    -- R04 and R05 say of each finding whether it is hard.
    coalesce(f.severity, r.severity) as severity,
    f.provider_agb,
    f.declaration_id,
    f.counter_provider_agb,
    f.counter_declaration_id,
    f.budget_line,
    f.counter_line,
    f.allocation_line,
    d.patient_key,
    coalesce(d.sector, f.sector) as sector,
    coalesce(c.sector, f.counter_sector) as counter_sector,
    coalesce(d.region_code, f.region_code) as region_code,
    coalesce(d.function, f.function) as function,
    coalesce(year(d.service_on), f.year) as year,
    coalesce(d.service_on, f.first_on) as first_on,
    coalesce(d.service_on, f.last_on) as last_on,
    f.risk_cents,
    f.disputed_cents,
    -- Of sides that are not there, `greatest` takes no notice.
    greatest(d.delivery_date, c.delivery_date, f.delivered_on) as first_seen_on,
from {{ ref('int_findings_collected') }} as f
cross join {{ ref('stg_finding_key') }} as k
inner join {{ ref('double_funding_rule') }} as r on f.rule = r.rule
left join {{ ref('int_declarations_found') }} as d
    on f.provider_agb = d.provider_agb and f.declaration_id = d.declaration_id
left join {{ ref('int_declarations_found') }} as c
    on f.counter_provider_agb = c.provider_agb and f.counter_declaration_id = c.declaration_id
