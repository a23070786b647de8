{{ kpi_of_observations('apop_screening') }}
