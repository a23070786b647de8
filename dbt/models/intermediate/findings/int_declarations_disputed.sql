-- A declaration is disputed once, with the largest amount that an open hard finding disputes of it.
select
    provider_agb,
    declaration_id,
    max(disputed_cents) as disputed_cents,
from {{ ref('int_findings') }}
where severity = 'hard' and status = 'open' and disputed_cents > 0
group by provider_agb, declaration_id
