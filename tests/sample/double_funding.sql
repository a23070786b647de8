-- What rules R01, R02, R03, R04 and R11 find in current declarations:
-- one row per rule, declaration and other side.
with line as (
    select
        d.*,
        p.sector,
        t.function,
        t.tariff_kind,
        t.tariff_cents::bigint * d.quantity as asked_cents,
        coalesce(t.max_per_day::int, 1) as max_per_day,
        timezone('Europe/Amsterdam', d.service_start)::date as day,
        (d.service_start, d.declared_on, d.provider_agb, d.declaration_id) as place,
    from declaration as d
    inner join provider as p on d.provider_agb = p.agb
    left join tariff as t
        on
            d.performance_code = t.performance_code
            and t.provider_agb is not distinct from (
                select any_value(o.provider_agb)
                from tariff as o
                where
                    o.performance_code = d.performance_code
                    and o.provider_agb = d.provider_agb
            )
            and timezone('Europe/Amsterdam', d.service_start)::date
            between t.valid_from::date and t.valid_to::date
),

credit as (
    select
        c.*,
        d.declaration_id as debit_id,
        row_number() over (
            partition by
                c.provider_agb, c.corrects_declaration_id, d.declaration_id is not null
            order by c.declared_on, c.declaration_id
        ) as turn,
    from line as c
    left join line as d
        on
            c.corrects_declaration_id = d.declaration_id
            and d.debit_credit = 'D'
            and c.provider_agb = d.provider_agb
            and c.insurer_uzovi = d.insurer_uzovi
            and c.patient_key = d.patient_key
            and c.performance_code = d.performance_code
            and c.quantity = d.quantity
            and c.amount_cents = d.amount_cents
    where c.debit_credit = 'C'
),

live as (
    select d.*
    from line as d
    where
        d.debit_credit = 'D'
        and not exists (
            from credit as c
            where
                c.provider_agb = d.provider_agb
                and c.debit_id = d.declaration_id
                and c.turn = 1
        )
),

repeated as (
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
