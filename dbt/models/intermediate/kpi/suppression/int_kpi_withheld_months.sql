{{ kpi_parts_withheld('month', 'int_kpi_withheld_quarters') }}
