-- Calendar years of contracts that have begun, of the forms that are settled. Every year is settled, whole or not.
with run as (
    select
        as_of,
        year(as_of) as as_of_year,
    from {{ ref('stg_run') }}
),

years as (
    select unnest(range(1900, 2101)) as year
)

select
    t.contract_id,
    y.year,
    coalesce(t.provider_agb, t.network_agb) as party_agb,
    t.insurer_uzovi,
    t.form,
    t.base_form,
    t.care_form,
    t.care_parameters,
    t.scope_kind,
    t.scope_codes,
    t.scope_function,
    greatest(t.valid_from, make_date(cast(y.year as integer), 1, 1)) as first_on,
    least(t.valid_until, make_date(cast(y.year as integer), 12, 31)) as last_on,
    y.year < r.as_of_year as is_over,
from {{ ref('int_contract_terms') }} as t
cross join run as r
inner join years as y on y.year between year(t.valid_from) and least(year(t.valid_until), r.as_of_year)
where
    t.form = t.care_form
    and t.form in (
        'fee_for_service', 'contract_sum', 'revenue_ceiling', 'revenue_guarantee', 'budget', 'availability'
    )
