-- Patients of whom a declaration came, or gave way to a later delivery, since the last whole build: what compares the
-- care of one patient looks at them alone. A credit that counts is of the patient of its debit, whose care it changes.
with came as (
    select
        provider_agb,
        declaration_id,
        patient_key,
    from {{ ref('int_declarations_validated') }}
    where version_id in ({{ pending_versions('declarations') }})
),

gave_way as (
    select
        s.version_id,
        s.row,
    from {{ ref('int_declarations_superseded') }} as s
    semi join came as c on s.provider_agb = c.provider_agb and s.declaration_id = c.declaration_id
)

select patient_key
from came
union
select j.patient_key
from {{ ref('int_declarations_validated') }} as j
semi join gave_way as g on j.version_id = g.version_id and j.row = g.row
