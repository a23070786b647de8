select
    version_id,
    row,
    year,
    scope,
    insurer_uzovi,
    edition,
    share,
    insured_count,
from {{ source('raw', 'market_shares') }}
