{{ kpi_of_contacts('multidisciplinary_triage', 'multidisciplinary', 'triaged') }}
