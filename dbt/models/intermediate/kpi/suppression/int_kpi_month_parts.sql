{{ kpi_block_parts('int_kpi_month_roles') }}
