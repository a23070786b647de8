{{ kpi_of_contacts('abandoned', 'abandoned', 'regular_offered + emergency_offered') }}
