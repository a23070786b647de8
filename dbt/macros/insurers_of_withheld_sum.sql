{# On how many insurers the sum of what is withheld rests: whoever takes what is shown from a total is left with that
   sum. An insurer whose amounts cancel out in it protects nobody.
   withheld: CTE with provider_agb, is_in_region, the columns of `by` and `on`; condition: which of its rows are
   withheld; on: column that it has in common with int_insurer_months beside the provider; by: columns that the total
   is of; amount: cents that are added up #}
{% macro insurers_of_withheld_sum(withheld, condition, on, by, amount) -%}
    select
        {{ by | join(', ') }},
        count(*) filter (where cents <> 0) as insurers,
    from (
        select
            w.{{ by | join(', w.') }},
            i.insurer_uzovi,
            sum(i.{{ amount }}) as cents,
        from {{ withheld }} as w
        inner join {{ ref('int_insurer_months') }} as i on w.provider_agb = i.provider_agb and w.{{ on }} = i.{{ on }}
        where w.is_in_region and w.{{ condition }}
        group by w.{{ by | join(', w.') }}, i.insurer_uzovi
    )
    group by {{ by | join(', ') }}
{%- endmacro %}
