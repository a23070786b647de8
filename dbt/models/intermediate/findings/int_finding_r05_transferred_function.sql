-- R05: a provider declares a function that was transferred to the coordination organisation of its region on an
-- earlier date, within the hours and patients of the allocation. Hard where one says its hours; that one goes first.
with matched as (
    select
        d.*,
        row_number() over (
            partition by d.provider_agb, d.declaration_id order by d.says_hours desc, d.line asc
        ) as line_rank,
    from {{ ref('int_allocations_of_debits') }} as d
    semi join {{ ref('int_providers_by_period') }} as p
        on
            d.holder_agb = p.provider_agb
            and p.sector = 'zco'
            and d.service_on between p.valid_from and p.valid_until
    where d.sector <> 'zco' and d.service_on > d.valid_from
)

select
    'R05' as rule,
    if(says_hours, 'hard', 'signal') as severity,
    provider_agb,
    declaration_id,
    holder_agb as counter_provider_agb,
    cast(null as varchar) as counter_declaration_id,
    line as counter_line,
    line as allocation_line,
    'zco' as counter_sector,
    delivery_date as delivered_on,
    amount_cents as risk_cents,
    if(says_hours, amount_cents, 0) as disputed_cents,
from matched
where line_rank = 1
