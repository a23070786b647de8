with repeated as (
    select *
    from {{ ref('int_hours_repeated') }}
),

parts as (
    select
        month,
        hash,
    from {{ ref('int_hours_by_hour') }}
    union all
    select
        {{ month_of(local_date('hour')) }} as month,
        {{ sum_of_hashes('repeated') }} as hash,
    from repeated
    group by all
)

select
    month,
    cast(sum(hash) as varchar) as checksum,
from parts
group by all
