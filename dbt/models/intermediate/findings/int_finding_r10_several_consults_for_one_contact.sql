-- R10: more than one of triage consult, consult and visit for one contact of a GP post. One contact is one episode
-- at the post, or one local day where an episode is missing; two contacts in one episode are two.
with consults as (
    select d.*
    from {{ ref('int_debit_candidates') }} as d
    inner join {{ ref('performance_code_role') }} as r
        on d.performance_code = r.performance_code and r.role in ('triage_consult', 'consult', 'visit')
    where d.shares_post and d.sector = 'hap'
),

-- Of the many contacts only those of an episode that has a consult.
contacts as (
    select
        k.provider_agb,
        k.episode_id,
        k.offered_at,
        max(k.contact_id) as contact_id,
    from {{ ref('int_contacts_current') }} as k
    semi join consults as c on k.provider_agb = c.provider_agb and k.episode_id = c.episode_id
    group by k.provider_agb, k.episode_id, k.offered_at
),

ordered as (
    select
        c.provider_agb,
        c.declaration_id,
        c.patient_key,
        c.episode_id,
        c.service_on,
        c.amount_cents,
        k.contact_id,
        row_number() over (
            partition by c.provider_agb, c.patient_key
            order by c.service_start, c.declared_on, c.declaration_id
        ) as contact_rank,
    from consults as c
    asof left join contacts as k
        on c.provider_agb = k.provider_agb and c.episode_id = k.episode_id and c.service_start >= k.offered_at
)

select
    'R10' as rule,
    l.provider_agb,
    l.declaration_id,
    l.provider_agb as counter_provider_agb,
    arg_min(e.declaration_id, e.contact_rank) as counter_declaration_id,
    l.amount_cents as risk_cents,
    cast(0 as bigint) as disputed_cents,
from ordered as l
inner join ordered as e
    on
        l.provider_agb = e.provider_agb
        and l.patient_key = e.patient_key
        and l.contact_rank > e.contact_rank
        and case
            when l.episode_id is null or e.episode_id is null then l.service_on = e.service_on
            else l.episode_id = e.episode_id and coalesce(l.contact_id = e.contact_id, true)
        end
group by l.provider_agb, l.declaration_id, l.amount_cents
