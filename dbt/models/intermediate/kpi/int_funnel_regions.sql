-- What a region's value lies from the country's, in standard deviations that chance gives a region of its size.
{%- set z_95 = 1.959963984540054 %}
{%- set z_998 = 3.090232306167813 %}
with regions as (
    select
        r.kpi_id,
        r.region_code,
        year(r.period_start) as year,
        r.value,
        r.n,
        r.partial or r.provisional as is_unjudged,
        cast(r.denominator as double) as exposure,
        n.value as expected,
        d.kind,
    from {{ ref('value') }} as r
    inner join {{ ref('kpi_definition') }} as d on r.kpi_id = d.kpi_id
    left join {{ ref('value') }} as n
        on
            r.kpi_id = n.kpi_id
            and r.unit = n.unit
            and r.period_type = n.period_type
            and r.period_start = n.period_start
            and n.region_code = 'NL'
    where
        r.region_code <> 'NL'
        and r.unit = 'all'
        and r.period_type = 'year'
        and d.level = 'regional'
        and d.kind in ('share', 'rate')
),

deviating as (
    select
        *,
        nullif(exposure, 0) is not null and expected is not null as has_limits,
        case kind
            when 'share' then 100 * sqrt(greatest(expected / 100 * (1 - expected / 100), 0) / nullif(exposure, 0))
            else sqrt(expected / nullif(exposure, 0))
        end as deviation,
    from regions
)

select
    kpi_id,
    region_code,
    year,
    value,
    n,
    is_unjudged,
    expected,
    kind,
    (value - expected) / nullif(deviation, 0) as z_score,
    {%- for name, z, tail in (('95', z_95, 0.025), ('998', z_998, 0.001)) %}
    case
        when not has_limits then null
        when kind = 'share' then greatest(expected - {{ z }} * deviation, 0)
        when expected <= 0 then 0
        else gamma_quantile(expected * exposure, {{ tail }}) / exposure
    end as lower_{{ name }},
    case
        when not has_limits then null
        when kind = 'share' then least(expected + {{ z }} * deviation, 100)
        else gamma_quantile(greatest(expected, 0) * exposure + 1, 1 - {{ tail }}) / exposure
    end as upper_{{ name }},
    {%- endfor %}
from deviating
