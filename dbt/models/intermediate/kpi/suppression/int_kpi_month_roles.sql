{{ kpi_block_roles('month', 'int_kpi_withheld_quarters') }}
