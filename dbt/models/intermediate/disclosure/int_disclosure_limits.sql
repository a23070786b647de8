-- The parameters of disclosure control in force on the run's date, side by side.
with in_force as (
    select
        p.parameter,
        arg_max(p.value, p.valid_from) as value,
    from {{ ref('disclosure_parameter') }} as p
    inner join {{ ref('stg_run') }} as r on p.valid_from <= r.as_of
    group by p.parameter
)

select
    max(value) filter (where parameter = 'least_insurers') as insurers,
    max(value) filter (where parameter = 'least_patients') as patients,
    max(value) filter (where parameter = 'least_findings') as findings,
from in_force
