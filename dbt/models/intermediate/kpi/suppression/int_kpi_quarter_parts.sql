{{ kpi_block_parts('int_kpi_quarter_roles') }}
