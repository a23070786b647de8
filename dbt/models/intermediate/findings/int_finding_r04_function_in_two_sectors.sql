-- R04: the same coordination function for one patient in two sectors, within one episode, or within the
-- window where an episode is missing on either side.
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
)

select
    'R04' as rule,
    l.provider_agb,
    l.declaration_id,
    min_by(e.provider_agb, e.function_rank) as counter_provider_agb,
    min_by(e.declaration_id, e.function_rank) as counter_declaration_id,
    l.amount_cents as risk_cents,
    l.amount_cents as disputed_cents,
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
group by l.provider_agb, l.declaration_id, l.amount_cents
