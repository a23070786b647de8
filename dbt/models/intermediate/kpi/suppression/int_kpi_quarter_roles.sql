{{ kpi_block_roles('quarter', 'int_kpi_withheld_years') }}
