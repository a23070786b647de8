-- Every current credit beside the debit that it names; the first that fits counts.
with credits as (
    select *
    from {{ ref('int_declarations_current') }}
    where debit_credit = 'C'
),

-- Of all debits only those that a credit names: the few are looked for among the many, not the other way round.
debits as (
    select d.*
    from {{ ref('int_declarations_current') }} as d
    semi join credits as c
        on d.provider_agb = c.provider_agb and d.declaration_id = c.corrects_declaration_id
    where d.debit_credit = 'D'
),

compared as (
    select
        c.version_id,
        c.delivery_row,
        c.provider_agb,
        c.declaration_id,
        c.declared_on,
        c.sector,
        c.region_code,
        c.function,
        c.service_on,
        c.amount_cents,
        d.version_id as debit_version_id,
        d.delivery_row as debit_row,
        d.declaration_id as debit_id,
        d.service_on as debit_service_on,
        d.sector as debit_sector,
        d.region_code as debit_region_code,
        d.function as debit_function,
        d.covers_budget as debit_covers_budget,
        d.macro_category as debit_macro_category,
        d.legal_framework as debit_legal_framework,
        coalesce(
            c.insurer_uzovi = d.insurer_uzovi
            and c.patient_key = d.patient_key
            and c.performance_code = d.performance_code
            and c.quantity = d.quantity
            and c.amount_cents = d.amount_cents,
            false
        ) as fits,
    from credits as c
    left join debits as d
        on
            c.provider_agb = d.provider_agb
            and c.corrects_declaration_id = d.declaration_id
)

select
    *,
    fits and row_number() over (
        partition by provider_agb, debit_id, fits
        order by declared_on, declaration_id
    ) = 1 as counted,
from compared
