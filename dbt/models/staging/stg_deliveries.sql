select
    version_id,
    feed,
    delivery_date,
    file,
    sha256,
    bytes,
    status,
    reason,
    rows,
    accepted,
    quarantined,
    amount_cents,
    accepted_amount_cents,
    in_force,
    -- Names sort by bytes; an older version of a name is never in force beside the newer one.
    row_number() over (order by delivery_date, file, version_id) as delivery_order,
    delivery_date || '/' || file as delivery_file,
from {{ source('raw', 'deliveries') }}
