{{ kpi_of_observations('indication_waiting_weeks') }}
