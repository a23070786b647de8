{{ kpi_of_observations('quality_of_life') }}
