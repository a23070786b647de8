{{ kpi_of_observations('trained_in_shared_decisions') }}
