{{ kpi_parts_withheld('quarter', 'int_kpi_withheld_years') }}
