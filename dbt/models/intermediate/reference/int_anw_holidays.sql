select
    case
        when h.days_after_easter is null then make_date(year(e.easter_on), h.month, h.day)
        else e.easter_on + h.days_after_easter
    end as holiday_on,
    -- 5 May 2016 was Ascension Day too.
    min(h.holiday) as holiday,
from {{ ref('easter_sunday') }} as e
cross join {{ ref('anw_holiday') }} as h
group by holiday_on
