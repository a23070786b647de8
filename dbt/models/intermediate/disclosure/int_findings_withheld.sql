-- Cells of the summary of findings that insurers do not see: what is open and what is accepted must each rest on enough
-- findings, insurers and patients. Where the withheld cells of a region and year would tell one of them together, the
-- smallest other one is withheld with them. A line of a budget is public and of no insurer.
with findings as (
    select
        f.rule,
        f.region_code,
        f.sector,
        coalesce(f.counter_sector, 'none') as counter_sector,
        f.year,
        f.status,
        coalesce(d.insurer_uzovi, p.insurer_uzovi, c.insurer_uzovi) as insurer_uzovi,
        d.patient_key,
    from {{ ref('int_findings') }} as f
    left join {{ ref('int_declarations_found') }} as d
        on f.provider_agb = d.provider_agb and f.declaration_id = d.declaration_id
    left join {{ ref('int_payments_current') }} as p on f.budget_line = 'payment/' || p.payment_id
    left join {{ ref('int_contract_terms') }} as c on f.budget_line = 'contract/' || c.contract_id
),

states as (
    select
        f.rule,
        f.region_code,
        f.sector,
        f.counter_sector,
        f.year,
        count(*) as findings,
        count(*) < any_value(l.findings) or {{ too_few(
            'count(distinct f.insurer_uzovi)', 'count(distinct f.patient_key)', 'any_value(l)'
        ) }} as is_sensitive,
    from findings as f
    cross join {{ ref('int_disclosure_limits') }} as l
    group by f.rule, f.region_code, f.sector, f.counter_sector, f.year, f.status
),

cells as (
    select
        rule,
        region_code,
        sector,
        counter_sector,
        year,
        sum(findings) as findings,
        bool_or(is_sensitive) as is_sensitive,
    from states
    group by rule, region_code, sector, counter_sector, year
),

withheld_cells as (
    select
        f.region_code,
        f.year,
        count(*) < any_value(l.findings) or {{ too_few(
            'count(distinct f.insurer_uzovi)', 'count(distinct f.patient_key)', 'any_value(l)'
        ) }} as needs_other,
    from findings as f
    inner join cells as c using (rule, region_code, sector, counter_sector, year)
    cross join {{ ref('int_disclosure_limits') }} as l
    where c.is_sensitive
    group by f.region_code, f.year
)

select
    c.rule,
    c.region_code,
    c.sector,
    c.counter_sector,
    c.year,
from cells as c
left join withheld_cells as r using (region_code, year)
qualify
    c.is_sensitive
    or r.needs_other and row_number() over (
        partition by c.region_code, c.year, c.is_sensitive order by c.findings, c.rule, c.sector, c.counter_sector
    ) = 1
