{{ kpi_of_contacts('answer_regular_10min', 'regular_within_10min', 'regular_offered') }}
