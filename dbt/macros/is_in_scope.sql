{# Whether a declaration is of the care that a contract's scope names: all of it, a population's, listed codes, or the
   function of its tariff. Both are aliases: of declarations, and of int_contract_terms. #}
{% macro is_in_scope(declaration, contract) -%}
(
    {{ contract }}.scope_kind in ('all', 'population')
    or list_contains({{ contract }}.scope_codes, {{ declaration }}.performance_code)
    or {{ contract }}.scope_function = {{ declaration }}.function
)
{%- endmacro %}
