{{ kpi_of_observations('lead_time') }}
