-- A declaration is disputed once, with the largest amount that an open hard finding disputes of it.
with disputed as (
    select
        provider_agb,
        declaration_id,
        max(disputed_cents) as disputed_cents,
    from {{ ref('int_findings') }}
    where severity = 'hard' and status = 'open' and disputed_cents > 0
    group by provider_agb, declaration_id
)

select
    d.version_id,
    d.delivery_row,
    f.disputed_cents,
from {{ ref('int_declarations_current') }} as d
inner join disputed as f on d.provider_agb = f.provider_agb and d.declaration_id = f.declaration_id
