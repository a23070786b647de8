{# Who pays by law: rows with legal_framework, sector and year, and beside them payer_kind. A row of law_payer that
   names the sector goes before the law's own, each as it is on the first day of the year. #}
{% macro paid_by_law(rows) -%}
    select
        paid.*,
        coalesce(of_sector.payer_kind, of_law.payer_kind) as payer_kind,
    from {{ rows }} as paid
    asof left join (select * from {{ ref('law_payer') }} where sector is not null) as of_sector
        on
            paid.legal_framework = of_sector.legal_framework
            and paid.sector = of_sector.sector
            and make_date(paid.year, 1, 1) >= of_sector.valid_from
    asof left join (select * from {{ ref('law_payer') }} where sector is null) as of_law
        on
            paid.legal_framework = of_law.legal_framework
            and make_date(paid.year, 1, 1) >= of_law.valid_from
{%- endmacro %}
