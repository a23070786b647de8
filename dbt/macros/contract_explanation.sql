{# An amount of cents in a Dutch sentence, exactly: € 1.234.567,89. #}
{% macro in_dutch_euros(cents) -%}
    concat(
        '€ ', if({{ cents }} < 0, '-', ''),
        replace(format('{:,}', cast(abs({{ cents }}) // 100 as bigint)), ',', '.'), ',',
        lpad(cast(abs({{ cents }}) % 100 as varchar), 2, '0')
    )
{%- endmacro %}

{# What became of a contract's year for one insurer, as a Dutch sentence with the numbers filled in. It tells the row's
   own numbers alone, for each insurer reads its own rows. #}
{% macro contract_explanation() -%}
    concat_ws(
        ' ',
        concat(name_nl, ' ', year, ': gedeclareerd ', {{ in_dutch_euros('declared_cents') }}, '.'),
        case
            when status = 'amount_missing' then 'Het contract noemt voor dit jaar geen bedrag.'
            when status = 'no_budget' then 'Er is voor dit jaar geen budget afgesproken.'
            else concat('Verschuldigd ', {{ in_dutch_euros('due_cents') }}, '.')
        end,
        case
            when due_cents is null then null
            when difference_cents = 0 then 'Er is geen verschil.'
            when difference_cents > 0 then concat(
                'Het verschil van ', {{ in_dutch_euros('difference_cents') }}, ' betaalt ',
                if(form = 'availability', 'de staat.', 'de verzekeraar bij.')
            )
            else concat('Het verschil van ', {{ in_dutch_euros('-difference_cents') }}, ' draagt de aanbieder.')
        end,
        if(status = 'shares_missing', 'Er zijn geen marktaandelen om het over verzekeraars te verdelen.', null),
        if(is_over, null, 'Het jaar loopt nog.')
    )
{%- endmacro %}
