-- Contracts with their scope and their forms taken apart. A form may stand on another one, which stands in its
-- parameters: pay for performance on any other, shared savings on what pays the care itself.
with forms as (
    select
        contract_id,
        provider_agb,
        network_agb,
        insurer_uzovi,
        form,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_until,
        scope,
        cast(coalesce(parameters, '{}') as json) as parameters,
        delivery_date,
    from {{ ref('stg_contracts') }}
),

based as (
    select
        *,
        parameters ->> '$.base.form' as base_form,
        parameters -> '$.base.parameters' as base_parameters,
    from forms
)

select
    contract_id,
    provider_agb,
    network_agb,
    insurer_uzovi,
    form,
    base_form,
    coalesce(base_parameters ->> '$.base.form', base_form, form) as care_form,
    coalesce(base_parameters -> '$.base.parameters', base_parameters, parameters) as care_parameters,
    case 'shared_savings' when form then parameters when base_form then base_parameters end as savings_parameters,
    if(form = 'pay_for_performance', parameters, null) as performance_parameters,
    split_part(scope, ':', 1) as scope_kind,
    if(scope like 'codes:%', split(substr(scope, 7), '|'), null) as scope_codes,
    if(scope like 'function:%', substr(scope, 10), null) as scope_function,
    coalesce(cast(parameters -> '$.members' as varchar[]), []) as members,
    valid_from,
    valid_until,
    delivery_date,
from based
