-- The capacity tables as one expert would write them by hand, from the same delivered files; see by_hand.sql.

create schema capacity;

create temp table snapshots as
with lines as (
    select *
    from read_csv(
        getvariable('capacity_snapshots_comma'), delim = ',', header = true, auto_detect = false, quote = '',
        ignore_errors = true, filename = 'path', columns = {
            provider_agb: 'varchar', location_code: 'varchar', unit: 'varchar', measured_at: 'varchar',
            places_total: 'varchar', places_occupied: 'varchar', status: 'varchar', crowding_index: 'varchar'
        }
    )
    union all by name
    select *
    from read_csv(
        getvariable('capacity_snapshots_semicolon'), delim = ';', header = true, auto_detect = false, quote = '',
        ignore_errors = true, filename = 'path', columns = {
            crowding_index: 'varchar', location_code: 'varchar', measured_at: 'varchar', places_occupied: 'varchar',
            places_total: 'varchar', provider_agb: 'varchar', status: 'varchar', unit: 'varchar'
        }
    )
),

typed as (
    select
        provider_agb,
        location_code,
        unit,
        case when measured_at[-6] in ('+', '-') then try_cast(measured_at as timestamptz) end as measured_at,
        case when places_total is not null then if(regexp_full_match(places_total, '[0-9]{1,7}'), cast(places_total as bigint), -1) end as places_total,
        case when places_occupied is not null then if(regexp_full_match(places_occupied, '[0-9]{1,7}'), cast(places_occupied as bigint), -1) end as places_occupied,
        status,
        crowding_index is null or regexp_full_match(crowding_index, '[0-9]+([.][0-9]{1,4})?') as is_index,
        f.delivery_order,
    from lines
    inner join files as f using (path)
    union all by name
    select
        s.provider_agb,
        s.location_code,
        s.unit,
        s.measured_at,
        s.places_total,
        s.places_occupied,
        s.status,
        coalesce(s.crowding_index, 0) >= 0 as is_index,
        f.delivery_order,
    from read_parquet(getvariable('capacity_snapshots_parquet'), filename = 'path') as s
    inner join files as f using (path)
)

select
    s.* exclude (is_index),
    list_position(['open', 'pressure', 'stop', 'timeout'], s.status) as status_rank,
    epoch_us(s.measured_at) // 3600000000 as hour_number,
from typed as s
inner join providers as p
    on s.provider_agb = p.provider_agb and local_day(s.measured_at) between p.valid_from and p.valid_until
where
    is_index
    and s.status in ('open', 'pressure', 'stop', 'timeout')
    and s.unit in (
        'seh', 'ic', 'clinic', 'acute_pediatrics', 'acute_obstetrics', 'hap', 'rav', 'acute_ggz', 'district_nursing',
        'elv', 'nursing_home', 'gp', 'pharmacy', 'grz', 'disability', 'maternity'
    )
    and regexp_full_match(s.location_code, '[A-Za-z0-9._-]{1,20}')
    and coalesce(s.places_total, 0) between 0 and 1000000
    and coalesce(s.places_occupied, 0) between 0 and 1000000;

-- What was delivered twice shows as two measurements in one minute; only in those hours the latest delivery is sought.
create temp table hours as
select
    provider_agb,
    location_code,
    unit,
    hour_number,
    sum(places_occupied) as occupied,
    count(places_occupied) as occupied_count,
    sum(places_total) as total,
    count(places_total) as total_count,
    max(status_rank) as worst_rank,
    count(*) as snapshots,
    bit_count(bit_or(1::bigint << (epoch_us(measured_at) // 60000000 % 60))) <> count(*) as is_repeated,
from snapshots
group by provider_agb, location_code, unit, hour_number;

create temp table latest as
select s.*
from snapshots as s
inner join hours as h using (provider_agb, location_code, unit, hour_number)
where h.is_repeated
qualify row_number() over (partition by provider_agb, location_code, unit, measured_at order by delivery_order desc) = 1;

create table capacity.hourly as
with measured as (
    select * exclude (is_repeated)
    from hours
    where not is_repeated
    union all
    select
        provider_agb,
        location_code,
        unit,
        hour_number,
        sum(places_occupied) as occupied,
        count(places_occupied) as occupied_count,
        sum(places_total) as total,
        count(places_total) as total_count,
        max(status_rank) as worst_rank,
        count(*) as snapshots,
    from latest
    group by provider_agb, location_code, unit, hour_number
)

select
    provider_agb,
    location_code,
    unit,
    make_timestamptz(hour_number * 3600000000) as hour,
    cast(occupied / nullif(occupied_count, 0) as double) as occupied_avg,
    cast(total / nullif(total_count, 0) as double) as total_avg,
    cast((occupied / nullif(occupied_count, 0)) / nullif(total / nullif(total_count, 0), 0) as double) as occupancy,
    ['open', 'pressure', 'stop', 'timeout'][worst_rank] as worst_status,
    snapshots,
from measured
order by provider_agb, location_code, unit, hour;

create table capacity.stop as
with standing as (
    select
        provider_agb,
        location_code,
        unit,
        epoch_us(measured_at) as measured_us,
        status_rank >= 3 as is_closed,
    from snapshots
    anti join (from hours where is_repeated) using (provider_agb, location_code, unit, hour_number)
    union all
    select
        provider_agb,
        location_code,
        unit,
        epoch_us(measured_at) as measured_us,
        status_rank >= 3 as is_closed,
    from latest
),

followed as (
    select
        *,
        lead(measured_us) over (partition by provider_agb, location_code, unit order by measured_us) as next_us,
    from standing
),

cadences as (
    select
        provider_agb,
        location_code,
        unit,
        2 * coalesce(median(next_us - measured_us), 300000000) as longest_us,
    from followed
    group by provider_agb, location_code, unit
),

held as (
    select
        f.provider_agb,
        f.location_code,
        f.unit,
        f.measured_us,
        least(coalesce(f.next_us, f.measured_us + c.longest_us), f.measured_us + c.longest_us) as until_us,
    from followed as f
    inner join cadences as c using (provider_agb, location_code, unit)
    where f.is_closed
),

marked as (
    select
        *,
        coalesce(lag(until_us) over location_order <> measured_us, true) as is_begin,
    from held
    window location_order as (partition by provider_agb, location_code, unit order by measured_us)
),

numbered as (
    select
        *,
        count(*) filter (where is_begin) over location_order as stop_number,
    from marked
    window location_order as (partition by provider_agb, location_code, unit order by measured_us)
)

select
    provider_agb,
    location_code,
    unit,
    make_timestamptz(min(measured_us)) as started_at,
    make_timestamptz(cast(max(until_us) as bigint)) as ended_at,
    cast(cast(max(until_us) - min(measured_us) as decimal(20, 0)) / 60000000 as decimal(18, 2)) as minutes,
from numbered
group by provider_agb, location_code, unit, stop_number
order by all;
