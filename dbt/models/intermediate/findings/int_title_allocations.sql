-- Allocations of a coordination function under a title of their own (ADZ, BDSS), named.
select
    region_code,
    function,
    provider_agb,
    funding_source,
    valid_from,
    valid_until,
    amount_cents,
    concat_ws('/', 'allocation', region_code, function, provider_agb, valid_from) as line,
    delivery_date,
from {{ ref('int_allocations_current') }}
where funding_source in ('adz', 'bdss') and function <> 'care'
