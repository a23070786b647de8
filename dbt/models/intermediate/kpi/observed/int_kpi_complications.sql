{{ kpi_of_observations('complications') }}
