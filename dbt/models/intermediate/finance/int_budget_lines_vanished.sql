-- Lines that stood in an edition until its newest delivery, which replaced it whole, left them out. Only that one
-- delivery is looked at, so a warning ends with the next.
with accepted as (
    {{ accepted_rows('budgets') }}
),

latest as (
    {{ latest_rows('accepted', feed_contract('budgets')) }}
),

replaced as (
    select a.*
    from accepted as a
    anti join latest as l
        on
            a.provider_agb = l.provider_agb
            and a.year = l.year
            and a.edition = l.edition
            and a.delivery_date = l.delivery_date
),

stood as (
    {{ latest_rows('replaced', feed_contract('budgets')) }}
)

select
    s.provider_agb,
    s.year,
    s.edition,
    s.component,
    s.parameter,
    s.delivery_file as file,
    s.amount_cents,
from stood as s
anti join latest as l
    on
        s.provider_agb = l.provider_agb
        and s.year = l.year
        and s.edition = l.edition
        and s.component = l.component
        and s.parameter = l.parameter
