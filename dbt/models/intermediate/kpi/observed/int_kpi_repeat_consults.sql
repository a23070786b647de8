{{ kpi_of_observations('repeat_consults') }}
