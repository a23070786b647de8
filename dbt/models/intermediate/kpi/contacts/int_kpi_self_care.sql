{{ kpi_of_contacts('self_care', 'self_care', 'triaged') }}
