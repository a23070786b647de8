{{ kpi_of_observations('pathways_with_shared_decisions') }}
