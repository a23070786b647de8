with years as (
    select unnest(range(2000, 2101)) as year
)

select
    i.insurer_uzovi,
    y.year,
from {{ ref('int_insurers_by_period') }} as i
inner join years as y
    on
        i.valid_from <= make_date(y.year, 12, 31)
        and i.valid_until >= make_date(y.year, 1, 1)
group by i.insurer_uzovi, y.year
