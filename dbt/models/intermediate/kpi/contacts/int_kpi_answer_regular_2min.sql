{{ kpi_of_contacts('answer_regular_2min', 'regular_within_2min', 'regular_offered') }}
