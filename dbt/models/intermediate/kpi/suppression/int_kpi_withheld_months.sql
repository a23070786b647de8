{{ kpi_block_withheld('int_kpi_month_roles', 'int_kpi_month_parts', 'int_kpi_withheld_quarters') }}
