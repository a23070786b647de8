{{ kpi_of_contacts('answer_emergency_30s', 'emergency_within_30s', 'emergency_offered') }}
