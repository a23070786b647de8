select
    inner_pad,
    outer_pad,
from {{ source('raw', 'finding_key') }}
