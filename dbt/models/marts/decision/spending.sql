-- A line's plan beside what was spent of it; one that is only spent, or only planned, is a row as well.
with amounts as (
    select
        line,
        year,
        coalesce(
            any_value(instrument) filter (where kind = 'planned'), any_value(instrument) filter (where kind = 'spent')
        ) as instrument,
        sum(amount_cents) filter (where kind = 'planned') as planned_cents,
        sum({{ divided_half_even('(cast(quantity * 10000 as hugeint) * unit_price_cents)', '10000') }})
        filter (where kind = 'planned') as priced_cents,
        sum(amount_cents) filter (where kind = 'spent') as spent_cents,
        bool_and(instrument = 'premium') as reaches_insurers,
    from {{ ref('stg_spending') }}
    group by line, year
)

select
    line,
    year,
    instrument,
    {{ eur('planned_cents') }} as planned_eur,
    {{ eur('spent_cents') }} as spent_eur,
    {{ eur('coalesce(planned_cents, 0) - coalesce(spent_cents, 0)') }} as open_eur,
    {{ eur('priced_cents') }} as priced_eur,
    {{ eur('planned_cents - priced_cents') }} as planned_above_priced_eur,
    reaches_insurers,
from amounts
