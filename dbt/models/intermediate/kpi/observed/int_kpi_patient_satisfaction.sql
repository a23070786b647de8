{{ kpi_of_observations('patient_satisfaction') }}
