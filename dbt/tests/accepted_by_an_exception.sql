{{ config(meta={'dagster': {'ref': {'name': 'double_funding_finding'}}}) }}
select
    f.finding_id,
    f.rule,
    f.provider_agb,
    f.declaration_id,
    f.status,
    f.disputed_eur as found,
from {{ ref('double_funding_finding') }} as f
left join {{ ref('int_exceptions_current') }} as x on f.exception_id = x.exception_id and f.rule = x.rule
where
    (f.status = 'accepted') is distinct from (x.exception_id is not null)
    or (f.exception_id is not null and x.exception_id is null)
    or (f.status = 'accepted' and f.disputed_eur is distinct from 0)
