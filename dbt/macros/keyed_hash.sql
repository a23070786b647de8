{# HMAC-SHA256 of a text as 64 hex digits, under a key that is given as the two blocks of RFC 2104 in hex digits.
   DuckDB has no hmac of its own. #}
{% macro keyed_hash(text, inner_pad, outer_pad) -%}
sha256(unhex({{ outer_pad }}) || unhex(sha256(unhex({{ inner_pad }}) || encode({{ text }}))))
{%- endmacro %}
