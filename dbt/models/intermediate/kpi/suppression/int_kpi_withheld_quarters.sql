{{ kpi_block_withheld('int_kpi_quarter_roles', 'int_kpi_quarter_parts', 'int_kpi_withheld_years') }}
