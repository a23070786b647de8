select
    version_id,
    row,
    uzovi as insurer_uzovi,
    name,
    concern,
    valid_from,
    valid_to,
from {{ source('raw', 'insurers') }}
