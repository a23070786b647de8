-- Debits per region, insurer, performance code and month: how many there are, and how many a credit took back.
select
    d.region_code,
    d.insurer_uzovi,
    d.performance_code,
    {{ month_of('d.service_on') }} as month,
    count(*) as debits,
    count(c.declaration_id) as corrected,
from {{ ref('int_declarations_current') }} as d
left join {{ ref('int_credits_matched') }} as c
    on
        d.provider_agb = c.provider_agb
        and d.declaration_id = c.debit_id
        and c.counted
where d.debit_credit = 'D'
group by all
