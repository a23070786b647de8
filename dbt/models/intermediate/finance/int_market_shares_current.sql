with accepted as (
    select *
    from {{ ref('int_market_shares_judged') }}
    where not (unknown_insurer or unknown_provider or unknown_region or shares_do_not_sum)
),

latest as (
    {{ latest_by_key('accepted', ['year', 'scope', 'insurer_uzovi', 'edition']) }}
)

select
    year,
    scope,
    edition,
    insurer_uzovi,
    share,
    insured_count,
from latest
