-- Providers and years whose declarations sum to more than a release can hold. Amounts are never negative, so as long as
-- all that was delivered stays within that no provider's year is beyond it, and DuckDB looks at no declaration.
with versions as (
    select
        version_id,
        delivery_order,
    from {{ ref('stg_deliveries') }}
    where feed = 'declarations' and in_force
    qualify sum(accepted_amount_cents) over () > {{ largest_sum() }}
),

accepted as (
    select
        j.provider_agb,
        j.declaration_id,
        j.amount_cents,
        v.delivery_order,
        year(j.service_on) as year,
    from {{ ref('int_declarations_validated') }} as j
    inner join versions as v on j.version_id = v.version_id
    where not (j.unknown_provider or j.unknown_insurer or j.unknown_performance_code)
),

-- One that was delivered again in another year counts in both here, so that whichever stands is within.
latest as (
    {{ latest_rows('accepted', feed_contract('declarations'), ['year']) }}
)

{{ sums_out_of_range('latest', ['provider_agb', 'year'], ['amount_cents']) }}
