-- Of which months insurers see no revenue, and of which they see revenue but not its parts: declared, disputed and lump
-- sum, of which any two would tell the third. Where the disputed amount of a region less what is shown of it would tell
-- a withheld one, the smallest other one is withheld with it; without one the region's disputed months go.
with months as (
    select
        c.*,
        y.region_code,
        y.is_in_region,
        y.months_withheld,
        y.months_withheld or c.has_sensitive_part as is_withheld,
    from {{ ref('int_month_contributions') }} as c
    inner join {{ ref('int_years_withheld') }} as y on c.provider_agb = y.provider_agb and c.year = y.year
),

rests as (
    select
        m.region_code,
        m.month,
        i.insurer_uzovi,
        sum(i.disputed_cents) as disputed_cents,
    from months as m
    inner join {{ ref('int_insurer_months') }} as i on m.provider_agb = i.provider_agb and m.month = i.month
    where m.is_withheld and m.is_in_region
    group by m.region_code, m.month, i.insurer_uzovi
),

insurers as (
    select
        region_code,
        month,
        count(*) filter (where disputed_cents <> 0) as insurers,
    from rests
    group by region_code, month
),

judged as (
    select
        m.*,
        not m.is_withheld and m.is_in_region and m.disputed_insurers > 0 as can_hide,
        coalesce({{ too_few(
            'i.insurers',
            'sum(m.disputed_patients) filter (where m.is_withheld and m.is_in_region) over (partition by m.region_code, m.month)'
        ) }}, false) as needs_other,
    from months as m
    left join insurers as i on m.region_code = i.region_code and m.month = i.month
    cross join {{ ref('int_disclosure_limits') }} as l
)

select
    provider_agb,
    year,
    month,
    region_code,
    is_in_region,
    disputed_patients,
    months_withheld as withheld,
    is_withheld or needs_other and can_hide and row_number() over (
        partition by region_code, month, can_hide order by disputed_cents, provider_agb
    ) = 1 as parts_withheld,
    needs_other and not bool_or(can_hide) over (partition by region_code, month) as region_months_withheld,
from judged
