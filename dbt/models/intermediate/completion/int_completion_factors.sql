-- What completes a provider's month of care: its own factors where its history is long enough, else its sector's, else
-- none.
with owners as (
    select distinct
        measure,
        provider_agb,
        sector,
    from {{ ref('int_development_cells') }}
),

candidates as (
    select
        o.measure,
        o.provider_agb,
        o.sector,
        f.scope,
        f.cut,
        f.delay,
        f.remaining,
        f.history_months,
    from owners as o
    inner join {{ ref('int_development_factors') }} as f
        on
            o.measure = f.measure
            and f.owner = case f.scope when 'provider' then o.provider_agb else o.sector end
    -- Before its first delivery a provider has nothing to complete, whatever its sector's history.
    inner join {{ ref('int_development_starts') }} as s
        on s.scope = 'provider' and o.provider_agb = s.owner and f.cut >= s.first_month
)

select *
from candidates
qualify row_number() over (
    partition by measure, provider_agb, sector, cut, delay order by scope
) = 1
