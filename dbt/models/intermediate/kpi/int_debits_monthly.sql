-- Debits per region, insurer, performance code and month: how many there are, and how many a credit took back.
select
    d.region_code,
    d.insurer_uzovi,
    d.performance_code,
    {{ month_of('d.service_on') }} as month,
    count(*) as debits,
    count(c.debit_row) as corrected,
from {{ ref('int_declarations_current') }} as d
left join {{ ref('int_credits_matched') }} as c
    on
        d.version_id = c.debit_version_id
        and d.delivery_row = c.debit_row
        and c.counted
where d.debit_credit = 'D'
group by all
