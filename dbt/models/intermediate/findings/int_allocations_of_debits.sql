-- Debits of a coordination function beside the allocations that give it to somebody in their region on their day, at
-- their hour and for their patient: what a GP declares is of its own patients, whom an allocation may exclude.
with debits as (
    select
        provider_agb,
        declaration_id,
        sector,
        region_code,
        function,
        service_on,
        amount_cents,
        {{ is_anw('service_start') }} as is_anw,
    from {{ ref('int_debits_live') }}
    where function <> 'care'
)

select
    d.provider_agb,
    d.declaration_id,
    d.sector,
    d.service_on,
    d.amount_cents,
    a.provider_agb as holder_agb,
    a.hours is not null as says_hours,
    a.valid_from,
    {{ allocation_line('a') }} as line,
    a.delivery_date,
from debits as d
inner join {{ ref('int_allocations_current') }} as a
    on
        d.region_code = a.region_code
        and d.function = a.function
        and d.service_on between a.valid_from and a.valid_until
        and coalesce(a.hours, 'all') in ('all', if(d.is_anw, 'anw', 'office'))
        and not (a.own_patients_excluded and d.sector = 'gp')
