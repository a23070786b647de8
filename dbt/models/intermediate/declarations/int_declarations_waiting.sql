{{ config(materialized='view_in_place') }}
-- Declarations that wait: for a reference, or because their provider's year sums to more than a release can hold. The
-- second part is read only where there is such a year.
select
    j.*,
    b.year is not null as sum_out_of_range,
from {{ ref('int_declarations_validated') }} as j
left join {{ ref('int_declarations_out_of_range') }} as b
    on j.provider_agb = b.provider_agb and year(j.service_on) = b.year
where j.unknown_provider or j.unknown_insurer or j.unknown_performance_code
union all
select
    j.*,
    true as sum_out_of_range,
from {{ ref('int_declarations_validated') }} as j
semi join {{ ref('int_declarations_out_of_range') }} as b
    on j.provider_agb = b.provider_agb and year(j.service_on) = b.year
where not (j.unknown_provider or j.unknown_insurer or j.unknown_performance_code)
