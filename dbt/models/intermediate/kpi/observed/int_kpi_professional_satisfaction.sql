{{ kpi_of_observations('professional_satisfaction') }}
