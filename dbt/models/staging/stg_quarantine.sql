select
    version_id,
    row,
    rules,
    row_text,
from {{ source('raw', 'quarantine') }}
