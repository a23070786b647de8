-- A declaration is disputed once: by the open hard finding that disputes the most of it, the lowest rule first.
with disputing as (
    select *
    from {{ ref('int_findings') }}
    where severity = 'hard' and status = 'open' and disputed_cents > 0
    qualify row_number() over (
        partition by provider_agb, declaration_id order by disputed_cents desc, rule asc, finding_id asc
    ) = 1
)

select
    d.version_id,
    d.delivery_row,
    d.provider_agb,
    d.declaration_id,
    f.rule,
    f.finding_id,
    f.disputed_cents,
    f.first_seen_on,
from {{ ref('int_declarations_current') }} as d
inner join disputing as f on d.provider_agb = f.provider_agb and d.declaration_id = f.declaration_id
