-- R17: a declaration under a contract sum, bundle or capitation whose scope lists its performance code.
with covered as (
    select
        contract_id,
        provider_agb,
        insurer_uzovi,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_until,
        delivery_date,
        unnest(list_distinct(regexp_split_to_array(scope, '[ ,;]+'))) as performance_code,
    from {{ ref('stg_contracts') }}
    where form in ('contract_sum', 'bundle', 'capitation')
)

select
    'R17' as rule,
    d.provider_agb,
    d.declaration_id,
    cast(null as varchar) as counter_provider_agb,
    cast(null as varchar) as counter_declaration_id,
    'contract/' || min(c.contract_id) as counter_line,
    arg_min(c.delivery_date, c.contract_id) as delivered_on,
    d.amount_cents as risk_cents,
    cast(0 as bigint) as disputed_cents,
from {{ ref('int_debits_live') }} as d
inner join covered as c
    on
        d.provider_agb = c.provider_agb
        and d.performance_code = c.performance_code
        and d.service_on between c.valid_from and c.valid_until
        and d.insurer_uzovi = coalesce(c.insurer_uzovi, d.insurer_uzovi)
group by d.provider_agb, d.declaration_id, d.amount_cents
