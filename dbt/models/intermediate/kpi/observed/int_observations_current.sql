with accepted as (
    select *
    from {{ ref('int_observations_judged') }}
    where not (unknown_provider or unknown_region)
),

latest as (
    {{
        latest_by_key(
            'accepted', ['kpi_id', 'region_code', 'provider_agb', 'period_start', 'period_end', 'source']
        )
    }}
)

select
    kpi_id,
    region_code,
    provider_agb,
    period_start,
    period_end,
    source,
    numerator,
    denominator,
from latest
