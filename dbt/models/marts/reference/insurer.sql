-- As an insurer is on the date of the run, else as it was last, else as it will be first.
select
    i.insurer_uzovi,
    i.name,
    i.concern,
    i.valid_from,
    nullif(i.valid_until, date '9999-12-31') as valid_to,
from {{ ref('int_insurers_by_period') }} as i
cross join {{ ref('stg_run') }} as r
qualify row_number() over (
    partition by i.insurer_uzovi
    order by i.valid_from > r.as_of, abs(i.valid_from - r.as_of)
) = 1
