select
    version_id,
    row,
    invoice_id,
    network_agb,
    member_agb,
    period_start,
    period_end,
    staff_hours,
    wage_cost_cents,
    client_bound,
    client_activities,
from {{ source('raw', 'network_costs') }}
