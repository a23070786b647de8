-- R08: two laws pay the same function for a patient, one of them the law of an indication that he has, outside the
-- transition that an arrangement gives. Windows and no self-join: a patient may have care of one kind every day.
with settled as (
    select
        d.*,
        d.framework = d.legal_framework as is_of_indication,
        case d.function when 'care' then d.performance_code else d.function end as what,
    from {{ ref('int_debits_indicated') }} as d
    anti join {{ ref('int_debits_in_transition') }} as t
        on d.provider_agb = t.provider_agb and d.declaration_id = t.declaration_id and d.framework = t.framework
),

ranked as (
    select
        *,
        row_number() over (
            partition by patient_key, function, what, framework, indicated_from
            order by service_start, declared_on, provider_agb, declaration_id
        ) as law_rank,
    from settled
),

compared as (
    select
        *,
        arg_min(provider_agb, law_rank) filter (where is_of_indication) over indication as indicated_agb,
        arg_min(declaration_id, law_rank) filter (where is_of_indication) over indication as indicated_id,
        min(law_rank) filter (where is_of_indication) over indication as indicated_rank,
        arg_min(provider_agb, law_rank) filter (where not is_of_indication) over indication as other_agb,
        arg_min(declaration_id, law_rank) filter (where not is_of_indication) over indication as other_id,
        min(law_rank) filter (where not is_of_indication) over indication as other_rank,
        arg_min(service_start, law_rank) filter (where is_of_indication) over indication as indicated_start,
        arg_min(service_start, law_rank) filter (where not is_of_indication) over indication as other_start,
    from ranked
    window indication as (partition by patient_key, function, what, framework, indicated_from)
),

found as (
    select
        provider_agb,
        declaration_id,
        amount_cents,
        if(is_of_indication, other_agb, indicated_agb) as counter_provider_agb,
        if(is_of_indication, other_id, indicated_id) as counter_declaration_id,
        if(is_of_indication, other_start, indicated_start) as counter_start,
    from compared
    where if(is_of_indication, other_rank, indicated_rank) < law_rank
)

-- A declaration may fall in several indications; the earliest declaration beside it is its counter side.
select
    'R08' as rule,
    provider_agb,
    declaration_id,
    counter_provider_agb,
    counter_declaration_id,
    amount_cents as risk_cents,
    amount_cents as disputed_cents,
from found
qualify row_number() over (
    partition by provider_agb, declaration_id
    order by counter_start, counter_provider_agb, counter_declaration_id
) = 1
