{{ kpi_of_contacts('calls_per_placement', 'placement_calls', 'placements') }}
