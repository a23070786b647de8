{{ kpi_of_observations('decision_aid_used') }}
