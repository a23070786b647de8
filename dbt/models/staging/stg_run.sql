select
    as_of,
    {{ month_of('as_of') }} as as_of_month,
from {{ source('raw', 'run') }}
