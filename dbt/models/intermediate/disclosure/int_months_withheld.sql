-- Of which months insurers see no revenue, and of which they see revenue but not its parts: declared, disputed and lump
-- sum, of which any two would tell the third. Where the disputed amount of a region less what is shown of it would tell
-- a withheld one, the smallest other one is withheld with it (complementary suppression); without one the region's
-- disputed months go.
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

withheld_sums as (
    {{ insurers_of_withheld_sum(
        'months', 'is_withheld', on='month', by=['region_code', 'month'], amount='disputed_cents'
    ) }}
),

assessed as (
    select
        m.*,
        not m.is_withheld and m.is_in_region and m.disputed_insurers > 0 as can_protect,
        coalesce({{ too_few(
            's.insurers',
            'sum(m.disputed_patients) filter (where m.is_withheld and m.is_in_region) over (partition by m.region_code, m.month)'
        ) }}, false) as needs_complementary,
    from months as m
    left join withheld_sums as s on m.region_code = s.region_code and m.month = s.month
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
    is_withheld or needs_complementary and can_protect and row_number() over (
        partition by region_code, month, can_protect order by disputed_cents, provider_agb
    ) = 1 as parts_withheld,
    needs_complementary and not bool_or(can_protect) over (partition by region_code, month) as region_months_withheld,
from assessed
