-- The finance tables as one would write them by hand in Spark SQL, from the same delivered files; see by_hand.sql.
-- views.py makes a view per feed (`<feed>_delivered`, and `<feed>_parquet` for the large ones), and
-- tables.py sets the variables `as_of`, `inner_key` and `outer_key`.
-- What is used more than once becomes a Parquet table. Unlike a cached view it does not carry the plan of all that came
-- before, the joins know its size, and it needs no memory.

create temporary function month_of(day date) returns date return cast(date_trunc('month', day) as date);

create temporary function eur(cents bigint) returns decimal(18, 2)
return cast(cast(cents as decimal(20, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2));

create temporary function half_even(numerator decimal(38, 0), denominator decimal(38, 0)) returns bigint
return numerator div denominator
    + case
        when 2 * (numerator % denominator) > denominator then 1
        when 2 * (numerator % denominator) = denominator then (numerator div denominator) % 2
        else 0
    end;

create temporary function pseudonym(bsn string) returns string
return sha2(concat(outer_key, unhex(sha2(concat(inner_key, encode(bsn, 'utf-8')), 256))), 256);

create temporary function is_bsn(n integer) returns boolean
return (
    9 * (n div 100000000) + 8 * (n div 10000000 % 10) + 7 * (n div 1000000 % 10) + 6 * (n div 100000 % 10)
    + 5 * (n div 10000 % 10) + 4 * (n div 1000 % 10) + 3 * (n div 100 % 10) + 2 * (n div 10 % 10) - n % 10
) % 11 = 0 and n > 0;

-- Registers: the latest delivery of a key stands; a period ends where the next one begins.

create table providers using parquet as
with delivery as (
    select
        agb as provider_agb,
        sector,
        region_code,
        cast(valid_from as date) as valid_from,
        coalesce(cast(valid_to as date), date '9999-12-31') as valid_to,
        delivery_order
    from providers_delivered
),

latest as (
    select *
    from delivery
    where valid_from <= valid_to
    qualify row_number() over (partition by provider_agb, valid_from order by delivery_order desc) = 1
)

select
    * except (valid_to, delivery_order),
    least(
        valid_to,
        date_sub(lead(valid_from) over (partition by provider_agb order by valid_from), 1)
    ) as valid_until
from latest;

create table insurers using parquet as
with delivery as (
    select
        uzovi as insurer_uzovi,
        cast(valid_from as date) as valid_from,
        coalesce(cast(valid_to as date), date '9999-12-31') as valid_to,
        delivery_order
    from insurers_delivered
),

latest as (
    select *
    from delivery
    where valid_from <= valid_to
    qualify row_number() over (partition by insurer_uzovi, valid_from order by delivery_order desc) = 1
)

select
    * except (valid_to, delivery_order),
    least(
        valid_to,
        date_sub(lead(valid_from) over (partition by insurer_uzovi order by valid_from), 1)
    ) as valid_until
from latest;

create table provider_years using parquet as
select
    p.provider_agb,
    y.year,
    p.sector,
    p.region_code
from providers as p
inner join range(2000, 2101) as y (year) on y.year between year(p.valid_from) and year(p.valid_until)
qualify row_number() over (partition by p.provider_agb, y.year order by p.valid_from desc) = 1;

create table insurer_years using parquet as
select distinct
    i.insurer_uzovi,
    y.year
from insurers as i
inner join range(2000, 2101) as y (year) on y.year between year(i.valid_from) and year(i.valid_until);

create table tariffs using parquet as
with delivery as (
    select
        performance_code,
        provider_agb,
        sector,
        function,
        tariff_kind,
        cast(tariff_cents as bigint) as tariff_cents,
        cast(covers_budget as boolean) as covers_budget,
        coalesce(cast(max_per_day as bigint), 1) as max_per_day,
        macro_category,
        cast(valid_from as date) as valid_from,
        coalesce(cast(valid_to as date), date '9999-12-31') as valid_to,
        delivery_order
    from tariffs_delivered
),

latest as (
    select *
    from delivery as t
    where
        valid_from <= valid_to
        and (tariff_cents is not null or tariff_kind = 'free')
        and (
            provider_agb is null
            or exists (
                select 1
                from providers as p
                where t.provider_agb = p.provider_agb and t.valid_from <= p.valid_until and t.valid_to >= p.valid_from
            )
        )
    qualify row_number() over (
        partition by performance_code, provider_agb, valid_from order by delivery_order desc
    ) = 1
)

select
    * except (valid_to, delivery_order),
    least(
        valid_to,
        date_sub(
            lead(valid_from) over (
                partition by performance_code, provider_agb, case when provider_agb is null then sector end
                order by valid_from
            ),
            1
        )
    ) as valid_until,
    true as is_found
from latest;

-- Declarations: what has the right shape, with the reference of its service date. `line` grows within a block.

create table declared using parquet as
with typed as (
    select
        declaration_id,
        debit_credit,
        corrects_declaration_id,
        provider_agb,
        insurer_uzovi,
        patient_key,
        case when birth_year is null then 1900 when birth_year rlike '^[0-9]{4}$' then cast(birth_year as bigint) end
            as birth_year,
        performance_code,
        case when substr(service_start, -6, 1) in ('+', '-') then try_cast(service_start as timestamp) end
            as service_start,
        case
            when service_end is null then timestamp '9999-12-31'
            when substr(service_end, -6, 1) in ('+', '-') then try_cast(service_end as timestamp)
        end as service_end,
        episode_id,
        case when quantity rlike '^[0-9]{1,7}$' then cast(quantity as bigint) end as quantity,
        case when amount_cents rlike '^[0-9]{1,14}$' then cast(amount_cents as bigint) end as amount_cents,
        legal_framework,
        case when length(declared_on) = 10 then try_cast(declared_on as date) end as declared_on,
        delivery_order,
        delivery_date,
        delivery_file,
        block_start
    from declarations_delivered
    union all
    select
        declaration_id,
        debit_credit,
        corrects_declaration_id,
        provider_agb,
        insurer_uzovi,
        patient_key,
        coalesce(birth_year, 1900) as birth_year,
        performance_code,
        service_start,
        coalesce(service_end, timestamp '9999-12-31') as service_end,
        episode_id,
        quantity,
        amount_cents,
        legal_framework,
        declared_on,
        delivery_order,
        delivery_date,
        delivery_file,
        block_start
    from declarations_parquet
),

placed as (
    select
        *,
        monotonically_increasing_id() as line,
        cast(service_start as date) as service_on,
        case
            when patient_key rlike '^[0-9]{9}$'
                then case when is_bsn(try_cast(patient_key as integer)) then pseudonym(patient_key) end
            when patient_key rlike '^[0-9a-fA-F]{64}$' then lower(patient_key)
        end as pseudonymised_key
    from typed
)

select
    s.line,
    s.provider_agb,
    s.declaration_id,
    s.debit_credit,
    s.corrects_declaration_id,
    s.insurer_uzovi,
    s.pseudonymised_key as patient_key,
    p.sector,
    p.region_code,
    s.performance_code,
    coalesce(own.function, nat.function) as function,
    coalesce(own.tariff_kind, nat.tariff_kind) as tariff_kind,
    case when own.is_found then own.tariff_cents else nat.tariff_cents end as tariff_cents,
    coalesce(own.covers_budget, nat.covers_budget) as covers_budget,
    coalesce(own.max_per_day, nat.max_per_day) as max_per_day,
    case when own.is_found then own.macro_category else nat.macro_category end as macro_category,
    s.service_start,
    s.service_on,
    s.declared_on,
    s.quantity,
    s.amount_cents,
    s.legal_framework,
    s.episode_id,
    s.delivery_order,
    s.delivery_file,
    s.block_start,
    p.sector is not null and i.insurer_uzovi is not null and (own.is_found or nat.is_found) is not null as is_known
from placed as s
left join providers as p
    on s.provider_agb = p.provider_agb and s.service_on between p.valid_from and p.valid_until
left join insurers as i
    on s.insurer_uzovi = i.insurer_uzovi and s.service_on between i.valid_from and i.valid_until
left join tariffs as own
    on
        s.performance_code = own.performance_code
        and s.provider_agb = own.provider_agb
        and s.service_on between own.valid_from and own.valid_until
left join tariffs as nat
    on
        s.performance_code = nat.performance_code
        and p.sector = nat.sector
        and nat.provider_agb is null
        and s.service_on between nat.valid_from and nat.valid_until
where
    s.declaration_id rlike '^[A-Za-z0-9._-]{1,20}$'
    and s.debit_credit in ('D', 'C')
    and (s.debit_credit = 'C') = (s.corrects_declaration_id is not null)
    and (s.corrects_declaration_id is null or s.corrects_declaration_id rlike '^[A-Za-z0-9._-]{1,20}$')
    and (s.episode_id is null or s.episode_id rlike '^[A-Za-z0-9._-]{1,40}$')
    and s.legal_framework in ('Zvw', 'Wlz', 'Wmo', 'Jw', 'Wpg')
    and s.quantity between 1 and 1000000
    and s.amount_cents <= 1000000000000
    and s.birth_year between 1900 and year(s.delivery_date)
    and s.service_start <= s.service_end
    and s.service_on <= s.declared_on
    and s.declared_on <= s.delivery_date
    and s.pseudonymised_key is not null
    and not contains(s.declaration_id, s.patient_key)
    and not contains(s.performance_code, s.patient_key)
    and (s.corrects_declaration_id is null or not contains(s.corrects_declaration_id, s.patient_key))
    and (s.episode_id is null or not contains(s.episode_id, s.patient_key));

-- Keys that came more than once are few: within a file the first row stands, of what is known the latest file wins.
create table repeated_keys using parquet as
select xxhash64(provider_agb, declaration_id) as hashed
from declared
group by hashed
having count(*) > 1;

create table superseded using parquet as
with ranked as (
    select
        line,
        provider_agb,
        declaration_id,
        delivery_order,
        is_known,
        row_number() over (
            partition by provider_agb, declaration_id, delivery_order order by block_start, line
        ) as in_file
    from declared
    left semi join repeated_keys on xxhash64(provider_agb, declaration_id) = hashed
)

select line
from ranked
qualify
    in_file > 1
    or delivery_order < max(delivery_order) filter (where is_known and in_file = 1)
        over (partition by provider_agb, declaration_id);

create temporary view current_lines as
select d.*
from declared as d
left anti join superseded as s on d.line = s.line
where d.is_known;

create table credits using parquet as
with compared as (
    select
        c.line,
        c.declaration_id,
        c.declared_on,
        d.line as debit_line,
        d.service_on,
        d.sector,
        d.region_code,
        d.function,
        d.covers_budget,
        d.macro_category,
        coalesce(
            c.insurer_uzovi = d.insurer_uzovi
            and c.patient_key = d.patient_key
            and c.performance_code = d.performance_code
            and c.quantity = d.quantity
            and c.amount_cents = d.amount_cents,
            false
        ) as fits
    from current_lines as d
    inner join current_lines as c
        on d.provider_agb = c.provider_agb and d.declaration_id = c.corrects_declaration_id and c.debit_credit = 'C'
    where d.debit_credit = 'D'
)

select *
from compared
where fits
qualify row_number() over (partition by debit_line order by declared_on, declaration_id) = 1;

-- Double funding: only debits that no counted credit takes back.

create temporary view live as
select d.*
from current_lines as d
left anti join credits as c on d.line = c.debit_line
where d.debit_credit = 'D';

create table indications using parquet as
with delivery as (
    select
        case when length(patient_key) = 9 then pseudonym(patient_key) else lower(patient_key) end as patient_key,
        framework,
        cast(with_treatment as boolean) as with_treatment,
        cast(valid_from as date) as valid_from,
        coalesce(cast(valid_to as date), date '9999-12-31') as valid_until,
        delivery_order
    from legal_indications_delivered
    where length(patient_key) = 64 or is_bsn(try_cast(patient_key as integer))
)

select * except (delivery_order)
from delivery
qualify row_number() over (partition by patient_key, framework, valid_from order by delivery_order desc) = 1;

create table transferred using parquet as
with delivery as (
    select
        a.region_code,
        a.function,
        a.provider_agb,
        greatest(date_add(cast(a.valid_from as date), 1), p.valid_from) as first_on,
        least(coalesce(cast(a.valid_to as date), date '9999-12-31'), p.valid_until) as last_on
    from function_allocations_delivered as a
    inner join providers as p on a.provider_agb = p.provider_agb and p.sector = 'zco'
)

select
    region_code,
    function,
    min(provider_agb) as counter_agb,
    first_on,
    last_on
from delivery
group by region_code, function, first_on, last_on;

create table exceptions using parquet as
with delivery as (
    select
        exception_id,
        rule,
        provider_agb,
        counter_provider_agb,
        case when length(patient_key) = 9 then pseudonym(patient_key) else lower(patient_key) end as patient_key,
        cast(valid_from as date) as valid_from,
        coalesce(cast(valid_to as date), date '9999-12-31') as valid_until,
        delivery_order
    from exceptions_delivered
)

select * except (exception_id, delivery_order)
from delivery
where valid_from <= valid_until
qualify row_number() over (partition by exception_id order by delivery_order desc) = 1;

create table same_day using parquet as
select xxhash64(patient_key, performance_code, service_on) as hashed
from live
group by hashed
having count(*) > 1;

create table ranked using parquet as
select
    *,
    row_number() over (
        partition by patient_key, performance_code, service_on
        order by service_start, declared_on, provider_agb, declaration_id
    ) as day_rank
from live
left semi join same_day on xxhash64(patient_key, performance_code, service_on) = hashed;

create table two_sectors using parquet as
select xxhash64(patient_key, function) as hashed
from live
where function <> 'care'
group by hashed
having min(sector) <> max(sector);

create table ordered using parquet as
select
    *,
    row_number() over (
        partition by patient_key, function
        order by service_start, declared_on, provider_agb, declaration_id
    ) as function_rank
from live
left semi join two_sectors on xxhash64(patient_key, function) = hashed
where function <> 'care';

create table indicated using parquet as
select
    d.*,
    i.framework,
    i.with_treatment,
    i.valid_from
from live as d
inner join indications as i
    on d.patient_key = i.patient_key and d.service_on between i.valid_from and i.valid_until;

create table not_transported using parquet as
select *
from live
where sector = 'rav' and performance_code = 'AM004';

-- What each rule disputes of a line, and the provider on the other side, whom an exception may name.
create temporary view found as
with beyond_maximum as (
    -- R01 and R02: the parties differ, what is disputed does not.
    select
        l.line,
        if(l.provider_agb = e.provider_agb, 'R01', 'R02') as rule,
        min_by(e.provider_agb, e.day_rank) as counter_agb,
        l.amount_cents,
        l.provider_agb,
        l.patient_key,
        l.service_on
    from ranked as l
    inner join ranked as e
        on
            l.patient_key = e.patient_key
            and l.performance_code = e.performance_code
            and l.service_on = e.service_on
            and l.day_rank > e.day_rank
    where l.day_rank > l.max_per_day
    group by l.line, rule, l.amount_cents, l.provider_agb, l.patient_key, l.service_on
),

in_two_sectors as (
    select
        l.line,
        'R04' as rule,
        min_by(e.provider_agb, e.function_rank) as counter_agb,
        l.amount_cents,
        l.provider_agb,
        l.patient_key,
        l.service_on
    from ordered as l
    inner join ordered as e
        on
            l.patient_key = e.patient_key
            and l.function = e.function
            and l.sector <> e.sector
            and l.function_rank > e.function_rank
            and case
                when l.episode_id is not null and e.episode_id is not null then l.episode_id = e.episode_id
                else unix_micros(l.service_start) - unix_micros(e.service_start) <= 24 * 3600000000
            end
    group by l.line, l.amount_cents, l.provider_agb, l.patient_key, l.service_on
),

no_longer_theirs as (
    select
        d.line,
        'R05' as rule,
        min(t.counter_agb) as counter_agb,
        d.amount_cents,
        d.provider_agb,
        d.patient_key,
        d.service_on
    from live as d
    inner join transferred as t
        on d.region_code = t.region_code and d.function = t.function and d.service_on between t.first_on and t.last_on
    where d.function <> 'care' and d.sector <> 'zco'
    group by d.line, d.amount_cents, d.provider_agb, d.patient_key, d.service_on
),

paid_by_the_wlz as (
    select distinct
        line,
        if(sector in ('district_nursing', 'elv'), 'R06', 'R07') as rule,
        cast(null as string) as counter_agb,
        amount_cents,
        provider_agb,
        patient_key,
        service_on
    from indicated
    where
        framework = 'Wlz'
        and case
            when sector in ('district_nursing', 'elv') then legal_framework <> 'Wlz'
            else
                with_treatment
                and legal_framework = 'Zvw'
                and sector in ('gp', 'pharmacy', 'maternity', 'acute_ggz')
        end
),

under_two_laws as (
    select
        l.line,
        'R08' as rule,
        min_by(e.provider_agb, (e.service_start, e.declared_on, e.provider_agb, e.declaration_id)) as counter_agb,
        l.amount_cents,
        l.provider_agb,
        l.patient_key,
        l.service_on
    from indicated as l
    inner join indicated as e
        on
            l.patient_key = e.patient_key
            and l.framework = e.framework
            and l.valid_from = e.valid_from
            and l.function = e.function
            and (l.function <> 'care' or l.performance_code = e.performance_code)
            and (l.legal_framework = l.framework) <> (e.legal_framework = e.framework)
            and (l.service_start, l.declared_on, l.provider_agb, l.declaration_id)
            > (e.service_start, e.declared_on, e.provider_agb, e.declaration_id)
    where l.service_on > date_add(l.valid_from, 42) and e.service_on > date_add(e.valid_from, 42)
    group by l.line, l.amount_cents, l.provider_agb, l.patient_key, l.service_on
),

without_transport as (
    select
        line,
        'R09' as rule,
        cast(null as string) as counter_agb,
        amount_cents,
        provider_agb,
        patient_key,
        service_on
    from not_transported
    union all
    select
        r.line,
        'R09' as rule,
        r.provider_agb as counter_agb,
        r.amount_cents,
        r.provider_agb,
        r.patient_key,
        r.service_on
    from live as r
    left semi join not_transported as w
        on r.provider_agb = w.provider_agb and r.patient_key = w.patient_key and r.service_start = w.service_start
    where r.sector = 'rav' and r.performance_code in ('AM001', 'AM002', 'AM003')
),

beyond_tariff as (
    select
        line,
        'R11' as rule,
        cast(null as string) as counter_agb,
        amount_cents - case tariff_kind
            when 'max_max' then half_even(cast(tariff_cents as decimal(38, 0)) * quantity * 110, 100)
            else tariff_cents * quantity
        end as amount_cents,
        provider_agb,
        patient_key,
        service_on
    from live
    where tariff_kind in ('fixed', 'maximum', 'max_max') and amount_cents > tariff_cents * quantity
)

select * from beyond_maximum
union all
select * from in_two_sectors
union all
select * from no_longer_theirs
union all
select * from paid_by_the_wlz
union all
select * from under_two_laws
union all
select * from without_transport
union all
select * from beyond_tariff;

create table disputed using parquet as
select
    f.line,
    max(f.amount_cents) as disputed_cents
from found as f
where
    f.amount_cents > 0
    and not exists (
        select 1
        from exceptions as x
        where
            f.rule = x.rule
            and f.service_on between x.valid_from and x.valid_until
            and (x.patient_key is null or f.patient_key = x.patient_key)
            and (
                (f.provider_agb = x.provider_agb and x.counter_provider_agb is null)
                or (f.provider_agb = x.provider_agb and f.counter_agb = x.counter_provider_agb)
                or (f.counter_agb = x.provider_agb and f.provider_agb = x.counter_provider_agb)
            )
    )
group by f.line;

create table finance.declaration using parquet as
select
    d.provider_agb,
    d.declaration_id,
    d.debit_credit,
    d.corrects_declaration_id,
    d.insurer_uzovi,
    d.patient_key,
    coalesce(c.sector, d.sector) as sector,
    coalesce(c.region_code, d.region_code) as region_code,
    d.performance_code,
    coalesce(c.function, d.function) as function,
    d.service_start,
    month_of(coalesce(c.service_on, d.service_on)) as service_month,
    d.declared_on,
    d.quantity,
    eur(case d.debit_credit when 'D' then d.amount_cents else -d.amount_cents end) as amount_eur,
    d.debit_credit = 'D' or c.line is not null as counted,
    eur(coalesce(x.disputed_cents, 0)) as disputed_eur,
    coalesce(c.covers_budget, d.covers_budget) as covers_budget,
    case when c.line is null then d.macro_category else c.macro_category end as macro_category,
    d.legal_framework,
    d.episode_id,
    d.delivery_file
from current_lines as d
left join credits as c on d.line = c.line
left join disputed as x on d.line = x.line;

-- Budgets and payments.

create table budget using parquet as
with delivery as (
    select
        provider_agb,
        cast(year as bigint) as year,
        edition,
        nullif(array_position(array('requested', 'agreed', 'determined', 'final'), edition), 0) as edition_rank,
        component,
        parameter,
        cast(quantity as decimal(18, 4)) as quantity,
        cast(unit_price_cents as bigint) as unit_price_cents,
        coalesce(cast(percentage as decimal(18, 4)), cast(100 as decimal(18, 4))) as percentage,
        cast(amount_cents as bigint) as amount_cents,
        function,
        representing_uzovi_1,
        representing_uzovi_2,
        delivery_order
    from budgets_delivered
),

latest as (
    select b.*
    from delivery as b
    inner join provider_years as p on b.provider_agb = p.provider_agb and b.year = p.year
    left join insurer_years as i on b.representing_uzovi_1 = i.insurer_uzovi and b.year = i.year
    left join insurer_years as j on b.representing_uzovi_2 = j.insurer_uzovi and b.year = j.year
    where
        (b.representing_uzovi_1 is null or i.year is not null)
        and (b.representing_uzovi_2 is null or j.year is not null)
        and b.amount_cents
        = cast(sign(b.quantity) * sign(b.unit_price_cents) * sign(b.percentage) as bigint) * half_even(
            abs(cast(b.quantity * 10000 as decimal(38, 0)) * b.unit_price_cents * cast(b.percentage * 10000 as bigint)),
            10000000000
        )
    qualify row_number() over (
        partition by b.provider_agb, b.year, b.edition, b.component, b.parameter order by b.delivery_order desc
    ) = 1
)

select *
from latest
qualify edition_rank = max(edition_rank) over (partition by provider_agb, year);

create table finance.budget using parquet as
select
    b.provider_agb,
    b.year,
    b.component,
    b.parameter,
    p.region_code,
    p.sector,
    b.edition,
    b.quantity,
    eur(b.unit_price_cents) as unit_price_eur,
    b.percentage,
    eur(b.amount_cents) as amount_eur,
    b.function,
    b.representing_uzovi_1,
    b.representing_uzovi_2
from budget as b
left join provider_years as p on b.provider_agb = p.provider_agb and b.year = p.year;

create table payments using parquet as
with delivery as (
    select
        payment_id,
        provider_agb,
        insurer_uzovi,
        cast(paid_on as date) as paid_on,
        cast(for_year as bigint) as year,
        kind,
        case debit_credit when 'D' then cast(amount_cents as bigint) else -cast(amount_cents as bigint) end as cents,
        delivery_order
    from payments_delivered
)

select
    y.provider_agb,
    y.insurer_uzovi,
    y.year,
    y.kind,
    y.cents,
    greatest(
        least(month_of(y.paid_on), make_date(cast(y.year as integer), 12, 1)), make_date(cast(y.year as integer), 1, 1)
    ) as month
from delivery as y
inner join providers as p on y.provider_agb = p.provider_agb and y.paid_on between p.valid_from and p.valid_until
inner join insurers as i on y.insurer_uzovi = i.insurer_uzovi and y.paid_on between i.valid_from and i.valid_until
qualify row_number() over (partition by y.payment_id order by y.delivery_order desc) = 1;

create table earned using parquet as
select
    provider_agb,
    insurer_uzovi,
    coalesce(macro_category, 'unassigned') as macro_category,
    service_month as month,
    cast(year(service_month) as bigint) as year,
    cast(sum(amount_eur) * 100 as bigint) as declared_cents,
    cast(sum(disputed_eur) * 100 as bigint) as disputed_cents
from finance.declaration
where counted and covers_budget
group by all;

create table provider_months using parquet as
with parts as (
    select provider_agb, year, month, declared_cents, disputed_cents, 0 as lump_sum_cents from earned
    union all
    select provider_agb, year, month, 0, 0, cents from payments where kind = 'lump_sum'
)

select
    provider_agb,
    year,
    month,
    sum(declared_cents) as declared_cents,
    sum(disputed_cents) as disputed_cents,
    sum(lump_sum_cents) as lump_sum_cents
from parts
group by provider_agb, year, month;

create table years using parquet as
with earned_years as (
    select
        provider_agb,
        year,
        max(month) as last_month,
        sum(declared_cents - disputed_cents + lump_sum_cents) as revenue_cents
    from provider_months
    group by provider_agb, year
),

budgeted as (
    select
        provider_agb,
        year,
        bool_and(edition <> 'requested') as settles,
        sum(amount_cents) as budget_cents
    from budget
    group by provider_agb, year
)

select
    provider_agb,
    year,
    p.sector,
    p.region_code,
    b.budget_cents,
    coalesce(b.settles, false) as settles,
    e.last_month,
    coalesce(e.revenue_cents, 0) as revenue_cents
from budgeted as b
full join earned_years as e using (provider_agb, year)
left join provider_years as p using (provider_agb, year);

create table finance.budget_realisation using parquet as
with calendar as (
    select
        *,
        make_date(cast(year as integer), month_number, 1) as month
    from years
    cross join (select explode(sequence(1, 12)) as month_number)
),

months as (
    select *
    from calendar
    where month <= greatest(month_of(as_of), last_month)
),

revenue as (
    select
        m.provider_agb,
        m.year,
        m.month,
        m.region_code,
        m.sector,
        m.budget_cents,
        coalesce(e.declared_cents, 0) as declared_cents,
        coalesce(e.disputed_cents, 0) as disputed_cents,
        coalesce(e.lump_sum_cents, 0) as lump_sum_cents,
        coalesce(e.declared_cents - e.disputed_cents + e.lump_sum_cents, 0) as revenue_cents
    from months as m
    left join provider_months as e on m.provider_agb = e.provider_agb and m.year = e.year and m.month = e.month
),

cumulated as (
    select
        *,
        sum(revenue_cents) over (partition by provider_agb, year order by month) as cumulative_cents
    from revenue
)

select
    provider_agb,
    year,
    month,
    region_code,
    sector,
    eur(budget_cents) as budget_year_eur,
    eur(declared_cents) as declared_eur,
    eur(disputed_cents) as disputed_eur,
    eur(lump_sum_cents) as lump_sum_eur,
    eur(revenue_cents) as revenue_eur,
    eur(cumulative_cents) as cumulative_revenue_eur,
    cumulative_cents * 100 / nullif(budget_cents, 0) as realisation_pct
from cumulated;

-- Settlement: last year's definitive set (own, else the region's), else a provisional one; this year's definitive set.

create table shares using parquet as
with delivery as (
    select
        s.edition,
        cast(s.year as bigint) as year,
        s.scope,
        s.insurer_uzovi,
        cast(s.share as decimal(18, 8)) as share,
        cast(s.insured_count as bigint) as insured_count
    from market_shares_delivered as s
    inner join insurer_years as i on s.insurer_uzovi = i.insurer_uzovi and cast(s.year as bigint) = i.year
    left join provider_years as p on s.scope = p.provider_agb and cast(s.year as bigint) = p.year
    where p.provider_agb is not null or not s.scope rlike '^[0-9]{8}$'
    qualify row_number() over (
        partition by s.year, s.scope, s.insurer_uzovi, s.edition order by s.delivery_order desc
    ) = 1
)

select *
from delivery
qualify
    abs(sum(share) over (partition by year, scope, edition) - 1)
    <= cast(0.00000005 as decimal(18, 8)) * count(*) over (partition by year, scope, edition);

create table share_sets using parquet as
with editions as (
    select *
    from values
        ('provisional', 1, 'definitive', 1),
        ('provisional', 1, 'provisional', 2),
        ('definitive', 0, 'definitive', 1)
    as e (edition, years_back, share_edition, set_rank)
),

sets as (
    select distinct
        year as share_year,
        scope,
        edition as share_edition
    from shares
)

select
    y.provider_agb,
    y.year,
    e.edition,
    s.*,
    row_number() over (
        partition by y.provider_agb, y.year, e.edition order by e.set_rank, s.scope = y.provider_agb desc
    ) = 1 as is_market_key,
    s.scope <> y.provider_agb
    and row_number() over (
        partition by y.provider_agb, y.year, e.edition order by s.scope = y.provider_agb, e.set_rank
    ) = 1 as is_population_key
from years as y
cross join editions as e
inner join sets as s
    on
        s.share_year = y.year - e.years_back
        and e.share_edition = s.share_edition
        and s.scope in (y.provider_agb, y.region_code);

create table settlements using parquet as
select
    y.provider_agb,
    y.year,
    e.edition,
    case when y.settles then y.budget_cents end as budget_cents,
    y.revenue_cents,
    case when y.settles then y.budget_cents - y.revenue_cents end as difference_cents,
    case
        when not y.settles then 'no_budget'
        when s.scope is null then 'shares_missing'
        else 'settled'
    end as status,
    case when y.settles then s.share_year end as share_year
from years as y
cross join values ('provisional'), ('definitive') as e (edition)
left join share_sets as s
    on y.provider_agb = s.provider_agb and y.year = s.year and e.edition = s.edition and s.is_market_key;

create table finance.settlement using parquet as
select
    provider_agb,
    year,
    edition,
    eur(budget_cents) as budget_eur,
    eur(revenue_cents) as revenue_eur,
    eur(difference_cents) as revenue_difference_eur,
    case sign(difference_cents) when 1 then 'closing_tariff' when -1 then 'settlement_amount' end as instrument,
    status,
    share_year as shares_year
from settlements;

create temporary view insurer_amounts as
with parts as (
    select provider_agb, year, insurer_uzovi, declared_cents, 0 as paid_cents, null as kind from earned
    union all
    select provider_agb, year, insurer_uzovi, 0, cents, kind from payments
)

select
    provider_agb,
    year,
    insurer_uzovi,
    sum(declared_cents) as declared_cents,
    coalesce(sum(paid_cents) filter (where kind = 'lump_sum'), 0) as lump_sum_cents,
    coalesce(sum(paid_cents) filter (where kind = 'advance'), 0) as advance_cents,
    sum(paid_cents) as paid_cents
from parts
group by provider_agb, year, insurer_uzovi;

create table insurer_weights using parquet as
with weights as (
    select
        t.provider_agb,
        t.year,
        t.edition,
        s.insurer_uzovi,
        max(s.share) filter (where t.is_market_key) as market_share,
        max(s.insured_count) filter (where t.is_population_key) as insured_count,
        bool_or(t.is_market_key) as has_share,
        bool_and(s.insured_count is not null) filter (where t.is_population_key) as is_insured_counted
    from share_sets as t
    inner join shares as s on t.share_year = s.year and t.share_edition = s.edition and t.scope = s.scope
    where t.is_market_key or t.is_population_key
    group by t.provider_agb, t.year, t.edition, s.insurer_uzovi
),

amounts as (
    select *
    from insurer_amounts
    cross join values ('provisional'), ('definitive') as e (edition)
),

all_insurers as (
    select
        *,
        bool_and(is_insured_counted) over (partition by provider_agb, year, edition) as is_population_known
    from settlements as t
    inner join (
        select *
        from weights
        full join amounts using (provider_agb, year, edition, insurer_uzovi)
    ) using (provider_agb, year, edition)
    where t.status = 'settled'
)

select
    provider_agb,
    year,
    edition,
    insurer_uzovi,
    difference_cents,
    market_share,
    cast(coalesce(market_share, 0) * 100000000 as bigint) as market_weight,
    coalesce(declared_cents, 0) as declared_cents,
    greatest(coalesce(declared_cents, 0), 0) as declared_weight,
    case when is_population_known then coalesce(insured_count, 0) end as population_weight,
    coalesce(lump_sum_cents, 0) as lump_sum_cents,
    coalesce(advance_cents, 0) as advance_cents,
    coalesce(paid_cents, 0) as paid_cents
from all_insurers
where coalesce(has_share, false) or declared_cents is not null;

-- Largest remainder: floors of the parts, then the cents left over to the largest fractions, ties to the lower one.
create temporary view insurer_parts as
with pots as (
    select
        provider_agb,
        year,
        edition,
        insurer_uzovi,
        key,
        difference_cents as cents,
        case key
            when 'market' then market_weight
            when 'declared' then declared_weight
            else population_weight
        end as weight
    from insurer_weights
    cross join values ('market'), ('declared'), ('population') as k (key)
),

totals as (
    select
        *,
        nullif(sum(weight) over (partition by provider_agb, year, edition, key), 0) as total
    from pots
),

floors as (
    select
        *,
        cast(abs(cents) as decimal(38, 0)) * weight div total as whole,
        cast(abs(cents) as decimal(38, 0)) * weight % total as rest
    from totals
),

parts as (
    select
        *,
        cast(sign(cents) as bigint) * (
            whole
            + if(
                row_number() over (partition by provider_agb, year, edition, key order by rest desc, insurer_uzovi)
                <= abs(cents) - sum(whole) over (partition by provider_agb, year, edition, key),
                1,
                0
            )
        ) as part_cents
    from floors
)

select
    provider_agb,
    year,
    edition,
    insurer_uzovi,
    max(part_cents) filter (where key = 'market') as part_cents,
    max(part_cents) filter (where key = 'declared') as declared_part_cents,
    max(part_cents) filter (where key = 'population') as population_part_cents
from parts
group by provider_agb, year, edition, insurer_uzovi;

create table insurer_burdens using parquet as
select
    w.*,
    p.part_cents,
    p.declared_part_cents,
    p.population_part_cents,
    w.declared_cents + w.lump_sum_cents + p.part_cents as burden_cents,
    sum(w.declared_weight) over (partition by w.provider_agb, w.year, w.edition) as declared_total
from insurer_weights as w
inner join insurer_parts as p
    on
        w.provider_agb = p.provider_agb
        and w.year = p.year
        and w.edition = p.edition
        and w.insurer_uzovi = p.insurer_uzovi;

create table finance.insurer_allocation using parquet as
select
    provider_agb,
    year,
    edition,
    insurer_uzovi,
    market_share,
    eur(declared_cents) as declared_eur,
    eur(lump_sum_cents) as lump_sum_eur,
    eur(part_cents) as part_eur,
    eur(burden_cents) as burden_eur,
    eur(advance_cents) as advance_eur,
    eur(burden_cents - paid_cents) as still_to_pay_eur,
    declared_weight / nullif(declared_total, 0) as declared_share,
    eur(declared_part_cents) as part_by_declared_share_eur,
    eur(population_part_cents) as part_by_population_share_eur
from insurer_burdens;

create table finance.insurer_macro_category using parquet as
with categories as (
    select
        provider_agb,
        year,
        insurer_uzovi,
        macro_category,
        sum(declared_cents) as weight
    from earned
    group by provider_agb, year, insurer_uzovi, macro_category
    having sum(declared_cents) > 0
),

pots as (
    select
        b.provider_agb,
        b.year,
        b.edition,
        b.insurer_uzovi,
        coalesce(c.macro_category, 'unassigned') as macro_category,
        b.burden_cents as cents,
        coalesce(c.weight, 1) as weight
    from insurer_burdens as b
    left join categories as c
        on b.provider_agb = c.provider_agb and b.year = c.year and b.insurer_uzovi = c.insurer_uzovi
),

totals as (
    select
        *,
        nullif(sum(weight) over (partition by provider_agb, year, edition, insurer_uzovi), 0) as total
    from pots
),

floors as (
    select
        *,
        cast(abs(cents) as decimal(38, 0)) * weight div total as whole,
        cast(abs(cents) as decimal(38, 0)) * weight % total as rest
    from totals
)

select
    provider_agb,
    year,
    edition,
    insurer_uzovi,
    macro_category,
    eur(
        cast(sign(cents) as bigint) * (
            whole
            + if(
                row_number() over (
                    partition by provider_agb, year, edition, insurer_uzovi order by rest desc, macro_category
                )
                <= abs(cents) - sum(whole) over (partition by provider_agb, year, edition, insurer_uzovi),
                1,
                0
            )
        )
    ) as burden_eur
from floors;
