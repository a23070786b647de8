-- Every budget line in force with the place of its provider in the year, and who pays it: by its law, but what an
-- availability contribution (beschikbaarheidbijdrage, Wmg art. 56a) funds, the state. It funds a line where the
-- provider holds the line's function against one from the first day of the year through the last; of part of a year
-- nobody can say what it pays, so the law decides, and R14 signals.
with lines as (
    select
        b.*,
        p.region_code,
        p.sector,
    from {{ ref('int_budgets_in_force') }} as b
    left join {{ ref('int_providers_by_year') }} as p using (provider_agb, year)
),

contributions as (
    select
        provider_agb,
        function,
        valid_from,
        valid_until,
    from {{ ref('int_allocations_current') }}
    where funding_source = 'availability_contribution'
),

contributed as (
    select
        l.provider_agb,
        l.year,
        l.function,
    from lines as l
    inner join contributions as c
        on
            l.provider_agb = c.provider_agb
            and l.function = c.function
            and (
                make_date(l.year, 1, 1) between c.valid_from and c.valid_until
                or make_date(l.year, 12, 31) between c.valid_from and c.valid_until
            )
    group by l.provider_agb, l.year, l.function
    having
        bool_or(make_date(l.year, 1, 1) between c.valid_from and c.valid_until)
        and bool_or(make_date(l.year, 12, 31) between c.valid_from and c.valid_until)
),

paid as (
    {{ paid_by_law('lines') }}
)

select
    p.* exclude (payer_kind),
    case when c.function is not null then 'state' else p.payer_kind end as payer_kind,
from paid as p
left join contributed as c using (provider_agb, year, function)
