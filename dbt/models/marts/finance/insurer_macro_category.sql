select
    provider_agb,
    year,
    edition,
    insurer_uzovi,
    macro_category,
    {{ eur('macro_burden_cents') }} as burden_eur,
from {{ ref('int_insurer_macro_parts') }}
