-- R04: the same coordination function for one patient in two sectors, within one episode, or within the
-- window where an episode is missing on either side. Hard where an allocation of their region gives the function, on
-- the day, at the hour and for the patient of the one, to the other and not to the one: then the one is disputed.
with windows as (
    select
        cast(value * 3600000000 as bigint) as window_us,
        valid_from,
    from {{ ref('double_funding_parameter') }}
    where rule = 'R04' and parameter = 'window_hours'
),

ordered as (
    select
        f.*,
        row_number() over (
            partition by f.patient_key, f.function
            order by f.service_start, f.declared_on, f.provider_agb, f.declaration_id
        ) as function_rank,
        w.window_us,
    from {{ ref('int_debit_candidates') }} as f
    asof inner join windows as w on f.service_on >= w.valid_from
    where f.shares_function and f.function <> 'care'
),

pairs as (
    select
        l.provider_agb as later_agb,
        l.declaration_id as later_id,
        l.function_rank as later_rank,
        l.amount_cents as later_cents,
        e.provider_agb as earlier_agb,
        e.declaration_id as earlier_id,
        e.function_rank as earlier_rank,
        e.amount_cents as earlier_cents,
        l.region_code = e.region_code as is_one_region,
    from ordered as l
    inner join ordered as e
        on
            l.patient_key = e.patient_key
            and l.function = e.function
            and l.sector <> e.sector
            and l.function_rank > e.function_rank
            and case
                when l.episode_id is not null and e.episode_id is not null then l.episode_id = e.episode_id
                -- Elapsed time: a difference of two instants has calendar days, of 23 to 25 hours.
                else epoch_us(l.service_start) - epoch_us(e.service_start) <= l.window_us
            end
),

-- Who holds the function at a declaration: whoever it is given to, with hours said or not.
held as (
    select
        provider_agb,
        declaration_id,
        holder_agb,
        bool_or(says_hours) as says_hours,
    from {{ ref('int_allocations_of_debits') }}
    group by provider_agb, declaration_id, holder_agb
),

judged as (
    select
        p.*,
        earlier_at_later.says_hours as says_hours_of_earlier,
        later_at_earlier.says_hours as says_hours_of_later,
        -- The other one holds it at the declaration, and its own provider does not.
        coalesce(p.is_one_region, false)
        and earlier_at_later.holder_agb is not null
        and later_at_later.holder_agb is null as is_later_outside,
        coalesce(p.is_one_region, false)
        and later_at_earlier.holder_agb is not null
        and earlier_at_earlier.holder_agb is null as is_earlier_outside,
    from pairs as p
    left join held as earlier_at_later
        on
            p.later_agb = earlier_at_later.provider_agb
            and p.later_id = earlier_at_later.declaration_id
            and p.earlier_agb = earlier_at_later.holder_agb
    left join held as later_at_later
        on
            p.later_agb = later_at_later.provider_agb
            and p.later_id = later_at_later.declaration_id
            and p.later_agb = later_at_later.holder_agb
    left join held as later_at_earlier
        on
            p.earlier_agb = later_at_earlier.provider_agb
            and p.earlier_id = later_at_earlier.declaration_id
            and p.later_agb = later_at_earlier.holder_agb
    left join held as earlier_at_earlier
        on
            p.earlier_agb = earlier_at_earlier.provider_agb
            and p.earlier_id = earlier_at_earlier.declaration_id
            and p.earlier_agb = earlier_at_earlier.holder_agb
),

-- Where each of the two is outside, both hold it at the other's hour: that is no allocation to one of them.
named as (
    select
        later_agb as provider_agb,
        later_id as declaration_id,
        later_cents as amount_cents,
        earlier_agb as counter_provider_agb,
        earlier_id as counter_declaration_id,
        earlier_rank as counter_rank,
        is_later_outside and not is_earlier_outside and says_hours_of_earlier as is_hard,
    from judged
    where is_later_outside or not is_earlier_outside
    union all
    select
        earlier_agb,
        earlier_id,
        earlier_cents,
        later_agb,
        later_id,
        later_rank,
        says_hours_of_later,
    from judged
    where is_earlier_outside and not is_later_outside
)

-- A declaration is found once: hard before a signal, then against the earliest.
select
    'R04' as rule,
    if(is_hard, 'hard', 'signal') as severity,
    provider_agb,
    declaration_id,
    counter_provider_agb,
    counter_declaration_id,
    amount_cents as risk_cents,
    if(is_hard, amount_cents, 0) as disputed_cents,
from named
qualify row_number() over (
    partition by provider_agb, declaration_id order by is_hard desc, counter_rank asc
) = 1
