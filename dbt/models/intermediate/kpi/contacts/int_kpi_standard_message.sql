{{ kpi_of_contacts('standard_message', 'in_standard', 'passed_on') }}
