-- The capacity tables as one would write them by hand in Spark SQL, from the same delivered files; see finance.sql.

create table snapshots using parquet as
with typed as (
    select
        provider_agb,
        location_code,
        unit,
        case when substr(measured_at, -6, 1) in ('+', '-') then try_cast(measured_at as timestamp) end as measured_at,
        case
            when places_total rlike '^[0-9]{1,7}$' then cast(places_total as bigint)
            when places_total is not null then -1
        end as places_total,
        case
            when places_occupied rlike '^[0-9]{1,7}$' then cast(places_occupied as bigint)
            when places_occupied is not null then -1
        end as places_occupied,
        status,
        crowding_index is null or crowding_index rlike '^[0-9]+([.][0-9]{1,4})?$' as is_index,
        delivery_order
    from capacity_snapshots_delivered
    union all
    select
        provider_agb,
        location_code,
        unit,
        measured_at,
        places_total,
        places_occupied,
        status,
        coalesce(crowding_index, 0) >= 0 as is_index,
        delivery_order
    from capacity_snapshots_parquet
)

select
    s.provider_agb,
    s.location_code,
    s.unit,
    unix_micros(s.measured_at) as measured_us,
    s.places_total,
    s.places_occupied,
    cast(array_position(array('open', 'pressure', 'stop', 'timeout'), s.status) as integer) as status_rank,
    s.delivery_order
from typed as s
inner join providers as p
    on s.provider_agb = p.provider_agb and cast(s.measured_at as date) between p.valid_from and p.valid_until
where
    s.is_index
    and s.status in ('open', 'pressure', 'stop', 'timeout')
    and s.unit in (
        'seh', 'ic', 'clinic', 'acute_pediatrics', 'acute_obstetrics', 'hap', 'rav', 'acute_ggz', 'district_nursing',
        'elv', 'nursing_home'
    )
    and s.location_code rlike '^[A-Za-z0-9._-]{1,20}$'
    and coalesce(s.places_total, 0) between 0 and 1000000
    and coalesce(s.places_occupied, 0) between 0 and 1000000;

-- What was delivered twice shows as two measurements in one minute; only in those hours the latest delivery is sought.
create table hours using parquet as
select
    provider_agb,
    location_code,
    unit,
    measured_us div 3600000000 as hour_number,
    sum(places_occupied) as occupied,
    count(places_occupied) as occupied_count,
    sum(places_total) as total,
    count(places_total) as total_count,
    max(status_rank) as worst_rank,
    count(*) as snapshots,
    bit_count(bit_or(shiftleft(1L, cast(measured_us div 60000000 % 60 as integer)))) <> count(*) as is_repeated
from snapshots
group by provider_agb, location_code, unit, hour_number;

create table repeated_hours using parquet as
select
    provider_agb,
    location_code,
    unit,
    hour_number
from hours
where is_repeated;

create table latest_snapshots using parquet as
select s.*
from snapshots as s
left semi join repeated_hours as h
    on
        s.provider_agb = h.provider_agb
        and s.location_code = h.location_code
        and s.unit = h.unit
        and s.measured_us div 3600000000 = h.hour_number
qualify
    row_number() over (partition by provider_agb, location_code, unit, measured_us order by delivery_order desc) = 1;

create table capacity.hourly using parquet as
with measured as (
    select * except (is_repeated)
    from hours
    where not is_repeated
    union all
    select
        provider_agb,
        location_code,
        unit,
        measured_us div 3600000000 as hour_number,
        sum(places_occupied) as occupied,
        count(places_occupied) as occupied_count,
        sum(places_total) as total,
        count(places_total) as total_count,
        max(status_rank) as worst_rank,
        count(*) as snapshots
    from latest_snapshots
    group by provider_agb, location_code, unit, hour_number
)

select
    provider_agb,
    location_code,
    unit,
    timestamp_seconds(hour_number * 3600) as hour,
    occupied / nullif(occupied_count, 0) as occupied_avg,
    total / nullif(total_count, 0) as total_avg,
    (occupied / nullif(occupied_count, 0)) / nullif(total / nullif(total_count, 0), 0) as occupancy,
    element_at(array('open', 'pressure', 'stop', 'timeout'), worst_rank) as worst_status,
    snapshots
from measured;

create table capacity.stop using parquet as
with standing as (
    select
        s.provider_agb,
        s.location_code,
        s.unit,
        s.measured_us,
        s.status_rank >= 3 as is_closed
    from snapshots as s
    left anti join repeated_hours as h
        on
            s.provider_agb = h.provider_agb
            and s.location_code = h.location_code
            and s.unit = h.unit
            and s.measured_us div 3600000000 = h.hour_number
    union all
    select
        provider_agb,
        location_code,
        unit,
        measured_us,
        status_rank >= 3 as is_closed
    from latest_snapshots
),

followed as (
    select
        *,
        lead(measured_us) over (partition by provider_agb, location_code, unit order by measured_us) as next_us
    from standing
),

timed as (
    select
        *,
        2 * coalesce(median(next_us - measured_us) over (partition by provider_agb, location_code, unit), 300000000)
            as longest_us
    from followed
),

held as (
    select
        provider_agb,
        location_code,
        unit,
        measured_us,
        least(coalesce(next_us, measured_us + longest_us), measured_us + longest_us) as until_us
    from timed
    where is_closed
),

marked as (
    select
        *,
        coalesce(lag(until_us) over location_order <> measured_us, true) as is_begin
    from held
    window location_order as (partition by provider_agb, location_code, unit order by measured_us)
),

numbered as (
    select
        *,
        count(*) filter (where is_begin) over location_order as stop_number
    from marked
    window location_order as (partition by provider_agb, location_code, unit order by measured_us)
)

select
    provider_agb,
    location_code,
    unit,
    timestamp_micros(min(measured_us)) as started_at,
    timestamp_micros(cast(rint(max(until_us)) as bigint)) as ended_at,
    cast(cast(max(until_us) - min(measured_us) as decimal(20, 0)) / 60000000 as decimal(18, 2)) as minutes
from numbered
group by provider_agb, location_code, unit, stop_number;
