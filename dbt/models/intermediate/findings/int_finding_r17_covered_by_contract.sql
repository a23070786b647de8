-- R17: a declaration under the Zvw beside a contract that pays for its care already, whatever is declared: capitation,
-- a population budget, a bundle that is paid in advance. Other forms settle what is declared; so do shared savings,
-- on whatever form they stand.
with covering as (
    select
        t.*,
        p.provider_agb as covered_agb,
    from {{ ref('int_contract_terms') }} as t
    inner join {{ ref('payment_form') }} as f on t.care_form = f.form
    inner join {{ ref('int_contract_providers') }} as p on t.contract_id = p.contract_id
    where
        t.savings_parameters is null
        and (
            f.covers = 'always'
            or (f.covers = 'prospective' and t.care_parameters ->> '$.settlement' = 'prospective')
        )
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
inner join covering as c
    on
        d.provider_agb = c.covered_agb
        and d.service_on between c.valid_from and c.valid_until
        and d.insurer_uzovi = coalesce(c.insurer_uzovi, d.insurer_uzovi)
        and {{ is_in_scope('d', 'c') }}
where d.legal_framework = 'Zvw'
group by d.provider_agb, d.declaration_id, d.amount_cents
