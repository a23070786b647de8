-- What was declared under each contract's year: net, under the Zvw, at its providers, of its insurers and its scope,
-- on its days, without what is disputed. A counted credit stands where its debit stands; what is disputed in full
-- counts no quantity.
with counted_credits as (
    select *
    from {{ ref('int_credits_matched') }}
    where counted
),

lines as (
    select
        d.provider_agb,
        d.insurer_uzovi,
        d.performance_code,
        if(c.counted, c.debit_function, d.function) as function,
        if(c.counted, c.debit_service_on, d.service_on) as service_on,
        {{ signed('d.amount_cents') }} - coalesce(x.disputed_cents, 0) as cents,
        if(coalesce(x.disputed_cents, -1) >= d.amount_cents, 0, {{ signed('d.quantity') }}) as quantity,
    from {{ ref('int_declarations_current') }} as d
    semi join {{ ref('int_contract_providers') }} as p on d.provider_agb = p.provider_agb
    left join counted_credits as c on d.version_id = c.version_id and d.delivery_row = c.delivery_row
    left join {{ ref('int_declarations_disputed') }} as x
        on d.version_id = x.version_id and d.delivery_row = x.delivery_row
    where
        (d.debit_credit = 'D' or c.counted)
        and if(c.counted, c.debit_legal_framework, d.legal_framework) = 'Zvw'
),

days as (
    select
        provider_agb,
        insurer_uzovi,
        performance_code,
        function,
        service_on,
        sum(cents) as cents,
        sum(quantity) as quantity,
    from lines
    group by provider_agb, insurer_uzovi, performance_code, function, service_on
)

select
    y.contract_id,
    y.year,
    d.insurer_uzovi,
    d.performance_code,
    cast(sum(d.cents) as hugeint) as declared_cents,
    cast(sum(d.quantity) as hugeint) as quantity,
from {{ ref('int_contract_years') }} as y
inner join {{ ref('int_contract_providers') }} as p on y.contract_id = p.contract_id
inner join days as d
    on
        p.provider_agb = d.provider_agb
        and d.service_on between y.first_on and y.last_on
        and d.insurer_uzovi = coalesce(y.insurer_uzovi, d.insurer_uzovi)
        and {{ is_in_scope('d', 'y') }}
group by y.contract_id, y.year, d.insurer_uzovi, d.performance_code
