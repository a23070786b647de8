-- What rules R01, R02, R03, R04 and R11 find in the relations of live.sql:
-- one row per rule, declaration and other side.
with repeated as (
    select
        *,
        row_number() over (
            partition by patient_key, performance_code, day
            order by place
        ) as turn,
    from live
),

too_many as (
    select
        if(e.provider_agb = l.provider_agb, 'R01', 'R02') as rule,
        l.provider_agb,
        l.declaration_id,
        e.declaration_id as counter_id,
        l.amount_cents as disputed_cents,
    from repeated as l
    inner join repeated as e
        on
            l.patient_key = e.patient_key
            and l.performance_code = e.performance_code
            and l.day = e.day
            and e.place < l.place
    where l.turn > l.max_per_day
),

two_sectors as (
    select
        'R04' as rule,
        l.provider_agb,
        l.declaration_id,
        e.declaration_id as counter_id,
        l.amount_cents as disputed_cents,
    from live as l
    inner join live as e
        on
            l.patient_key = e.patient_key
            and l.function = e.function
            and l.sector <> e.sector
            and e.place < l.place
    where
        l.function <> 'care'
        and if(
            l.episode_id is not null and e.episode_id is not null,
            l.episode_id = e.episode_id,
            epoch_us(l.service_start) - epoch_us(e.service_start) <= 24 * 3600000000
        )
),

amounts as (
    select
        'R11' as rule,
        provider_agb,
        declaration_id,
        null as counter_id,
        case tariff_kind
            when 'max_max'
                then greatest(amount_cents - asked_cents * 11 // 10, 0)
            else greatest(amount_cents - asked_cents, 0)
        end as disputed_cents,
    from live
    where
        tariff_kind = 'fixed' and amount_cents <> asked_cents
        or tariff_kind = 'maximum' and amount_cents > asked_cents
        or tariff_kind = 'minimum' and amount_cents < asked_cents
        or tariff_kind = 'max_max' and amount_cents * 10 > asked_cents * 11
),

credits as (
    select
        'R03' as rule,
        provider_agb,
        declaration_id,
        corrects_declaration_id as counter_id,
        0 as disputed_cents,
    from credit
    where debit_id is null or turn > 1
)

from too_many
union all by name
from two_sectors
union all by name
from amounts
union all by name
from credits
order by all
