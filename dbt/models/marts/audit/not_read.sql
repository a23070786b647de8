select
    path,
    kind,
    reason,
    first_seen_at,
from {{ source('raw', 'not_read') }}
