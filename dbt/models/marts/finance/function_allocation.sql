-- What a function cost before is what its old holder has in budget for it in the last whole year before it moved; what
-- is left of that, in the first whole year from then on. Both of its lines of that function where it had any before,
-- else of its whole budget: a line beside a total would tell of no fall.
with allocations as (
    select
        a.*,
        {{ allocation_line('a') }} as allocation_line,
        year(a.valid_from) - 1 as year_before,
        year(a.valid_from + interval 1 year - interval 1 day) as year_after,
    from {{ ref('int_allocations_current') }} as a
),

functions as (
    select
        provider_agb,
        year,
        function,
        sum(amount_cents) as amount_cents,
    from {{ ref('int_budgets_in_force') }}
    group by provider_agb, year, function
),

totals as (
    select
        provider_agb,
        year,
        sum(amount_cents) as amount_cents,
    from functions
    group by provider_agb, year
),

compared as (
    select
        a.*,
        coalesce(before.amount_cents, total_before.amount_cents) as before_cents,
        case
            when before.amount_cents is null then total_after.amount_cents
            when total_after.amount_cents is not null then coalesce(after.amount_cents, 0)
        end as after_cents,
    from allocations as a
    left join totals as total_before
        on a.cleared_from = total_before.provider_agb and a.year_before = total_before.year
    left join functions as before
        on
            a.cleared_from = before.provider_agb
            and a.year_before = before.year
            and a.function = before.function
    left join totals as total_after
        on a.cleared_from = total_after.provider_agb and a.year_after = total_after.year
    left join functions as after
        on
            a.cleared_from = after.provider_agb
            and a.year_after = after.year
            and a.function = after.function
)

select
    region_code,
    function,
    provider_agb,
    valid_from,
    valid_to,
    funding_source,
    {{ eur('amount_cents') }} as amount_eur,
    cleared_from,
    hours,
    own_patients_excluded,
    performed_before,
    attribution,
    contract_adapted,
    zvw_verdict,
    level,
    individual_care,
    traceable,
    holder_is_provider,
    {{ eur('before_cents') }} as budget_before_eur,
    {{ eur('after_cents') }} as budget_after_eur,
    {{ eur('cleared_amount_cents') }} as cleared_eur,
    {{ eur('amount_cents - coalesce(cleared_amount_cents, 0)') }} as net_eur,
    case
        when coalesce(attribution, '') = '' then 'attribution_missing'
        when not performed_before then 'nothing_to_clear'
        when before_cents - after_cents >= cleared_amount_cents then 'cleared'
        else 'not_cleared'
    end as status,
    allocation_line,
from compared
