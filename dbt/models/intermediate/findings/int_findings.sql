-- Every finding with both its sides. A finding keeps its id as long as its rule and sides stay the same.
with found as (
    {%- for rule in ['r01', 'r02', 'r03', 'r04', 'r11'] %}
    select * from {{ ref('int_finding_' ~ rule) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    left(md5(concat_ws(
        '|', f.rule, f.provider_agb, f.declaration_id,
        coalesce(f.counter_provider_agb, ''), coalesce(f.counter_declaration_id, '')
    )), 16) as finding_id,
    f.rule,
    r.severity,
    'open' as status,
    f.provider_agb,
    f.declaration_id,
    f.counter_provider_agb,
    f.counter_declaration_id,
    d.sector,
    c.sector as counter_sector,
    d.region_code,
    d.function,
    year(d.service_on) as year,
    f.risk_cents,
    f.disputed_cents,
    greatest(d.delivery_date, coalesce(c.delivery_date, d.delivery_date)) as first_seen_on,
from found as f
inner join {{ ref('double_funding_rule') }} as r on f.rule = r.rule
inner join {{ ref('int_declarations_current') }} as d
    on f.provider_agb = d.provider_agb and f.declaration_id = d.declaration_id
left join {{ ref('int_declarations_current') }} as c
    on f.counter_provider_agb = c.provider_agb and f.counter_declaration_id = c.declaration_id
