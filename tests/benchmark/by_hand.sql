-- The finance tables as one expert would write them by hand in one DuckDB script, from the same delivered files.
-- by_hand.py sets the variables: paths per feed and kind of file (`<feed>_comma`, `_semicolon`, `_parquet`; a file without rows where there is none),
-- `as_of`, and the two halves of the pseudonym key. The table `files` has path, delivery_date, delivery_file and
-- delivery_order.
-- What it leaves out, and the pipeline does: finding out which files are bad (it is told), naming the rules that a
-- row breaks, keeping quarantine and bytes, row numbers, tracing, findings, checks, every feed and table beside money.

set timezone = 'Europe/Amsterdam';

-- Every join below is written with its small side last; the estimates after so many filters are too low to choose by.
set disabled_optimizers = 'build_side_probe_side';

create schema finance;

create temp macro local_day(instant) as cast(timezone('Europe/Amsterdam', instant) as date);

create temp macro month_of(day) as cast(date_trunc('month', day) as date);

create temp macro eur(cents) as cast(cast(cents as decimal(20, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2));

create temp macro half_even(numerator, denominator) as cast(
    numerator // denominator
    + case
        when 2 * (numerator % denominator) > denominator then 1
        when 2 * (numerator % denominator) = denominator then (numerator // denominator) % 2
        else 0
    end as bigint
);

create temp macro pseudonym(bsn) as
    sha256(getvariable('outer_key') || unhex(sha256(getvariable('inner_key') || encode(bsn))));

create temp macro is_bsn(n) as (
    9 * (n // 100000000) + 8 * (n // 10000000 % 10) + 7 * (n // 1000000 % 10) + 6 * (n // 100000 % 10)
    + 5 * (n // 10000 % 10) + 4 * (n // 1000 % 10) + 3 * (n // 100 % 10) + 2 * (n // 10 % 10) - n % 10
) % 11 = 0 and n > 0;

create temp macro delivered(comma, semicolon) as table
select
    c.*,
    f.delivery_order,
from (
    from read_csv(
        comma, delim = ',', quote = '"', escape = '"', header = true, all_varchar = true, union_by_name = true,
        filename = 'path'
    )
    union all by name
    from read_csv(
        semicolon, delim = ';', quote = '"', escape = '"', header = true, all_varchar = true, union_by_name = true,
        filename = 'path'
    )
) as c
inner join files as f using (path);

-- Registers: the latest delivery of a key stands; a period ends where the next one begins.

create temp table providers as
with delivery as (
    select
        agb as provider_agb,
        sector,
        region_code,
        cast(valid_from as date) as valid_from,
        coalesce(cast(valid_to as date), date '9999-12-31') as valid_to,
        delivery_order,
    from delivered(getvariable('providers_comma'), getvariable('providers_semicolon'))
),

latest as (
    select *
    from delivery
    where valid_from <= valid_to
    qualify row_number() over (partition by provider_agb, valid_from order by delivery_order desc) = 1
)

select
    * exclude (valid_to, delivery_order),
    least(
        valid_to,
        cast(lead(valid_from) over (partition by provider_agb order by valid_from) - 1 as date)
    ) as valid_until,
from latest;

create temp table insurers as
with delivery as (
    select
        uzovi as insurer_uzovi,
        cast(valid_from as date) as valid_from,
        coalesce(cast(valid_to as date), date '9999-12-31') as valid_to,
        delivery_order,
    from delivered(getvariable('insurers_comma'), getvariable('insurers_semicolon'))
),

latest as (
    select *
    from delivery
    where valid_from <= valid_to
    qualify row_number() over (partition by insurer_uzovi, valid_from order by delivery_order desc) = 1
)

select
    * exclude (valid_to, delivery_order),
    least(
        valid_to,
        cast(lead(valid_from) over (partition by insurer_uzovi order by valid_from) - 1 as date)
    ) as valid_until,
from latest;

create temp table provider_years as
select
    p.provider_agb,
    y.year,
    p.sector,
    p.region_code,
from providers as p
inner join range(2000, 2101) as y (year)
    on p.valid_from <= make_date(y.year, 12, 31) and p.valid_until >= make_date(y.year, 1, 1)
qualify row_number() over (partition by p.provider_agb, y.year order by p.valid_from desc) = 1;

create temp table insurer_years as
select distinct
    i.insurer_uzovi,
    y.year,
from insurers as i
inner join range(2000, 2101) as y (year)
    on i.valid_from <= make_date(y.year, 12, 31) and i.valid_until >= make_date(y.year, 1, 1);

create temp table tariffs as
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
        delivery_order,
    from delivered(getvariable('tariffs_comma'), getvariable('tariffs_semicolon'))
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
                from providers as p
                where t.provider_agb = p.provider_agb and t.valid_from <= p.valid_until and t.valid_to >= p.valid_from
            )
        )
    qualify row_number() over (
        partition by performance_code, provider_agb, valid_from order by delivery_order desc
    ) = 1
)

select
    * exclude (valid_to, delivery_order),
    least(
        valid_to,
        cast(lead(valid_from) over (
            partition by performance_code, provider_agb, case when provider_agb is null then sector end
            order by valid_from
        ) - 1 as date)
    ) as valid_until,
    true as is_found,
from latest;

-- Declarations: what has the right shape, with the reference of its service date.

create temp table declared as
with lines as (
    select *
    from read_csv(
        getvariable('declarations_comma'), delim = ',', header = true, auto_detect = false, quote = '',
        ignore_errors = true, filename = 'path', columns = {
            declaration_id: 'varchar', debit_credit: 'varchar', corrects_declaration_id: 'varchar',
            provider_agb: 'varchar', insurer_uzovi: 'varchar', patient_key: 'varchar', birth_year: 'varchar',
            performance_code: 'varchar', service_start: 'varchar', service_end: 'varchar', episode_id: 'varchar',
            quantity: 'varchar', amount_cents: 'varchar', legal_framework: 'varchar', declared_on: 'varchar'
        }
    )
    union all by name
    select *
    from read_csv(
        getvariable('declarations_semicolon'), delim = ';', header = true, auto_detect = false, quote = '',
        ignore_errors = true, filename = 'path', columns = {
            amount_cents: 'varchar', birth_year: 'varchar', corrects_declaration_id: 'varchar',
            debit_credit: 'varchar', declaration_id: 'varchar', declared_on: 'varchar', episode_id: 'varchar',
            insurer_uzovi: 'varchar', legal_framework: 'varchar', patient_key: 'varchar',
            performance_code: 'varchar', provider_agb: 'varchar', quantity: 'varchar', service_end: 'varchar',
            service_start: 'varchar'
        }
    )
),

typed as (
    select
        * exclude (birth_year, quantity, amount_cents, service_start, service_end, declared_on),
        case when regexp_full_match(quantity, '[0-9]{1,7}') then cast(quantity as bigint) end as quantity,
        case when regexp_full_match(amount_cents, '[0-9]{1,14}') then cast(amount_cents as bigint) end as amount_cents,
        case when birth_year is null then 1900 when regexp_full_match(birth_year, '[0-9]{4}') then cast(birth_year as integer) end
            as birth_year,
        case when service_start[-6] in ('+', '-') then try_cast(service_start as timestamptz) end as service_start,
        case
            when service_end is null then timestamptz 'infinity'
            when service_end[-6] in ('+', '-') then try_cast(service_end as timestamptz)
        end as service_end,
        try_cast(declared_on as date) as declared_on,
    from lines
    union all by name
    select * replace (
        coalesce(birth_year, 1900) as birth_year,
        coalesce(service_end, timestamptz 'infinity') as service_end
    )
    from read_parquet(getvariable('declarations_parquet'), filename = 'path')
),

placed as (
    select
        t.*,
        local_day(t.service_start) as service_on,
        f.delivery_order,
        f.delivery_date,
        f.delivery_file,
    from typed as t
    inner join files as f using (path)
)

select
    s.provider_agb,
    s.declaration_id,
    s.debit_credit,
    s.corrects_declaration_id,
    s.insurer_uzovi,
    s.patient_key as delivered_key,
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
    p.sector is not null and i.insurer_uzovi is not null and (own.is_found or nat.is_found) is not null as is_known,
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
    regexp_full_match(s.declaration_id, '[A-Za-z0-9._-]{1,20}')
    and s.debit_credit in ('D', 'C')
    and (s.debit_credit = 'C') = (s.corrects_declaration_id is not null)
    and (s.corrects_declaration_id is null or regexp_full_match(s.corrects_declaration_id, '[A-Za-z0-9._-]{1,20}'))
    and (s.episode_id is null or regexp_full_match(s.episode_id, '[A-Za-z0-9._-]{1,40}'))
    and s.legal_framework in ('Zvw', 'Wlz', 'Wmo', 'Jw', 'Wpg')
    and s.quantity between 1 and 1000000
    and s.amount_cents <= 1000000000000
    and s.birth_year between 1900 and year(s.delivery_date)
    and s.service_start <= s.service_end
    and s.service_on <= s.declared_on
    and s.declared_on <= s.delivery_date
    and not contains(s.declaration_id, s.patient_key)
    and not contains(s.performance_code, s.patient_key)
    and (s.corrects_declaration_id is null or not contains(s.corrects_declaration_id, s.patient_key))
    and (s.episode_id is null or not contains(s.episode_id, s.patient_key));

create temp table patients as
with keys as (
    select distinct delivered_key
    from declared
)

select
    *,
    hash(patient_key) as patient_hash,
from (
    select
        delivered_key,
        pseudonym(delivered_key) as patient_key,
    from keys
    where regexp_full_match(delivered_key, '[0-9]{9}') and is_bsn(try_cast(delivered_key as integer))
    union all
    select
        delivered_key,
        lower(delivered_key) as patient_key,
    from keys
    where regexp_full_match(delivered_key, '[0-9a-fA-F]{64}')
);

-- Keys that came more than once are few: within a file the first row stands, of what is known the latest file wins.
create temp table superseded as
with keys as (
    select
        provider_agb,
        declaration_id,
    from declared
    group by provider_agb, declaration_id
    having count(*) > 1
),

ranked as (
    select
        d.rowid as line,
        d.provider_agb,
        d.declaration_id,
        d.delivery_order,
        d.is_known,
        row_number() over (partition by d.provider_agb, d.declaration_id, d.delivery_order order by d.rowid) as in_file,
    from declared as d
    inner join keys as k using (provider_agb, declaration_id)
    inner join patients as p using (delivered_key)
)

select line
from ranked
qualify
    in_file > 1
    or delivery_order < max(delivery_order) filter (where is_known and in_file = 1)
        over (partition by provider_agb, declaration_id);

create temp table current_lines as
select
    d.*,
    d.rowid as line,
    p.patient_key,
    p.patient_hash,
from declared as d
inner join patients as p using (delivered_key)
left join superseded as s on d.rowid = s.line
where d.is_known and s.line is null;

create temp table credits as
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
        d.legal_framework,
        coalesce(
            c.insurer_uzovi = d.insurer_uzovi
            and c.patient_key = d.patient_key
            and c.performance_code = d.performance_code
            and c.quantity = d.quantity
            and c.amount_cents = d.amount_cents,
            false
        ) as fits,
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

create temp view live as
select d.*
from current_lines as d
left join credits as c on d.line = c.debit_line
where d.debit_credit = 'D' and c.debit_line is null;

create temp table indications as
select distinct on (patient_key, framework, valid_from)
    case when length(patient_key) = 9 then pseudonym(patient_key) else lower(patient_key) end as patient_key,
    framework,
    cast(with_treatment as boolean) as with_treatment,
    cast(valid_from as date) as valid_from,
    coalesce(cast(valid_to as date), date '9999-12-31') as valid_until,
from delivered(getvariable('legal_indications_comma'), getvariable('legal_indications_semicolon'))
where length(patient_key) = 64 or is_bsn(try_cast(patient_key as integer))
order by delivery_order desc;

create temp table transferred as
select
    a.region_code,
    a.function,
    min(a.provider_agb) as counter_agb,
    greatest(cast(a.valid_from as date) + 1, p.valid_from) as first_on,
    least(coalesce(cast(a.valid_to as date), date '9999-12-31'), p.valid_until) as last_on,
from delivered(getvariable('function_allocations_comma'), getvariable('function_allocations_semicolon')) as a
inner join providers as p on a.provider_agb = p.provider_agb and p.sector = 'zco'
group by all;

create temp table exceptions as
select distinct on (exception_id)
    rule,
    provider_agb,
    counter_provider_agb,
    case when length(patient_key) = 9 then pseudonym(patient_key) else lower(patient_key) end as patient_key,
    cast(valid_from as date) as valid_from,
    coalesce(cast(valid_to as date), date '9999-12-31') as valid_until,
from delivered(getvariable('exceptions_comma'), getvariable('exceptions_semicolon'))
where coalesce(cast(valid_to as date), date '9999-12-31') >= cast(valid_from as date)
order by delivery_order desc;

-- What each rule disputes of a line, and the provider on the other side, whom an exception may name.
create temp table found as
with same_day as (
    select hash(patient_hash, performance_code, service_on) as hashed
    from live
    group by hashed
    having count(*) > 1
),

ranked as materialized (
    select
        *,
        row_number() over (
            partition by patient_key, performance_code, service_on
            order by service_start, declared_on, provider_agb, declaration_id
        ) as day_rank,
    from live
    where hash(patient_hash, performance_code, service_on) in (from same_day)
),

-- R01 and R02: the parties differ, what is disputed does not.
beyond_maximum as (
    select
        l.line,
        case when l.provider_agb = e.provider_agb then 'R01' else 'R02' end as rule,
        min_by(e.provider_agb, e.day_rank) as counter_agb,
        l.amount_cents,
    from ranked as l
    inner join ranked as e
        on
            l.patient_key = e.patient_key
            and l.performance_code = e.performance_code
            and l.service_on = e.service_on
            and l.day_rank > e.day_rank
    where l.day_rank > l.max_per_day
    group by l.line, rule, l.amount_cents
),

coordination as materialized (
    select
        *,
        hash(patient_hash, function) as hashed,
    from live
    where function <> 'care'
),

two_sectors as (
    select hashed
    from coordination
    group by hashed
    having min(sector) <> max(sector)
),

ordered as materialized (
    select
        *,
        row_number() over (
            partition by patient_key, function
            order by service_start, declared_on, provider_agb, declaration_id
        ) as function_rank,
    from coordination
    where hashed in (from two_sectors)
),

in_two_sectors as (
    select
        l.line,
        'R04' as rule,
        min_by(e.provider_agb, e.function_rank) as counter_agb,
        l.amount_cents,
    from ordered as l
    inner join ordered as e
        on
            l.patient_key = e.patient_key
            and l.function = e.function
            and l.sector <> e.sector
            and l.function_rank > e.function_rank
            and case
                when l.episode_id is not null and e.episode_id is not null then l.episode_id = e.episode_id
                else epoch_us(l.service_start) - epoch_us(e.service_start) <= 24 * 3600000000
            end
    group by l.line, l.amount_cents
),

no_longer_theirs as (
    select
        d.line,
        'R05' as rule,
        min(t.counter_agb) as counter_agb,
        d.amount_cents,
    from coordination as d
    inner join transferred as t
        on d.region_code = t.region_code and d.function = t.function and d.service_on between t.first_on and t.last_on
    where d.sector <> 'zco'
    group by d.line, d.amount_cents
),

indicated as materialized (
    select
        d.*,
        i.framework,
        i.with_treatment,
        i.valid_from,
    from live as d
    inner join indications as i
        on d.patient_key = i.patient_key and d.service_on between i.valid_from and i.valid_until
),

paid_by_the_wlz as (
    select distinct
        line,
        if(sector in ('district_nursing', 'elv'), 'R06', 'R07') as rule,
        cast(null as varchar) as counter_agb,
        amount_cents,
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
    where l.service_on > l.valid_from + 42 and e.service_on > e.valid_from + 42
    group by l.line, l.amount_cents
),

not_transported as materialized (
    select *
    from live
    where sector = 'rav' and performance_code = 'AM004'
),

without_transport as (
    select
        line,
        'R09' as rule,
        cast(null as varchar) as counter_agb,
        amount_cents,
    from not_transported
    union all
    select
        r.line,
        'R09',
        r.provider_agb,
        r.amount_cents,
    from live as r
    where
        r.sector = 'rav'
        and r.performance_code in ('I001', 'I002', 'I006', 'I010')
        and exists (
            from not_transported as w
            where r.provider_agb = w.provider_agb and r.patient_key = w.patient_key and r.service_start = w.service_start
        )
),

beyond_tariff as (
    select
        line,
        'R11' as rule,
        cast(null as varchar) as counter_agb,
        amount_cents - case tariff_kind
            when 'max_max' then half_even(cast(tariff_cents as hugeint) * quantity * 110, 100)
            else tariff_cents * quantity
        end as amount_cents,
    from live
    where tariff_kind in ('fixed', 'maximum', 'max_max') and amount_cents > tariff_cents * quantity
)

from beyond_maximum
union all
from in_two_sectors
union all
from no_longer_theirs
union all
from paid_by_the_wlz
union all
from under_two_laws
union all
from without_transport
union all
from beyond_tariff;

create temp table disputed as
select
    f.line,
    max(f.amount_cents) as disputed_cents,
from found as f
inner join current_lines as d using (line)
where
    f.amount_cents > 0
    and not exists (
        from exceptions as x
        where
            f.rule = x.rule
            and d.service_on between x.valid_from and x.valid_until
            and (x.patient_key is null or d.patient_key = x.patient_key)
            and (
                (d.provider_agb = x.provider_agb and x.counter_provider_agb is null)
                or (d.provider_agb = x.provider_agb and f.counter_agb = x.counter_provider_agb)
                or (f.counter_agb = x.provider_agb and d.provider_agb = x.counter_provider_agb)
            )
    )
group by f.line;

create table finance.declaration as
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
    coalesce(c.legal_framework, d.legal_framework) as legal_framework,
    d.episode_id,
    d.delivery_file,
from current_lines as d
left join credits as c using (line)
left join disputed as x using (line);

-- Budgets and payments.

create temp table budget as
with delivery as (
    select
        provider_agb,
        cast(year as bigint) as year,
        edition,
        list_position(['requested', 'agreed', 'determined', 'final'], edition) as edition_rank,
        component,
        parameter,
        cast(quantity as decimal(18, 4)) as quantity,
        cast(unit_price_cents as bigint) as unit_price_cents,
        coalesce(cast(percentage as decimal(18, 4)), 100) as percentage,
        cast(amount_cents as bigint) as amount_cents,
        function,
        representing_uzovi_1,
        representing_uzovi_2,
        legal_framework,
        delivery_order,
    from delivered(getvariable('budgets_comma'), getvariable('budgets_semicolon'))
),

latest as (
    select b.*
    from delivery as b
    inner join provider_years as p using (provider_agb, year)
    left join insurer_years as i on b.representing_uzovi_1 = i.insurer_uzovi and b.year = i.year
    left join insurer_years as j on b.representing_uzovi_2 = j.insurer_uzovi and b.year = j.year
    where
        (b.representing_uzovi_1 is null or i.year is not null)
        and (b.representing_uzovi_2 is null or j.year is not null)
        and b.amount_cents = sign(b.quantity) * sign(b.unit_price_cents) * sign(b.percentage) * half_even(
            abs(cast(b.quantity * 10000 as hugeint) * b.unit_price_cents * cast(b.percentage * 10000 as hugeint)),
            cast(10000000000 as hugeint)
        )
    qualify row_number() over (
        partition by b.provider_agb, b.year, b.edition, b.component, b.parameter order by b.delivery_order desc
    ) = 1
)

select *
from latest
qualify edition_rank = max(edition_rank) over (partition by provider_agb, year);

create table finance.budget as
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
    b.representing_uzovi_2,
    b.legal_framework,
from budget as b
left join provider_years as p using (provider_agb, year);

create temp table payments as
with delivery as (
    select
        payment_id,
        provider_agb,
        insurer_uzovi,
        cast(paid_on as date) as paid_on,
        cast(for_year as bigint) as year,
        kind,
        case debit_credit when 'D' then cast(amount_cents as bigint) else -cast(amount_cents as bigint) end as cents,
        delivery_order,
    from delivered(getvariable('payments_comma'), getvariable('payments_semicolon'))
)

select
    y.provider_agb,
    y.insurer_uzovi,
    y.year,
    y.kind,
    y.cents,
    greatest(least(month_of(y.paid_on), make_date(y.year, 12, 1)), make_date(y.year, 1, 1)) as month,
from delivery as y
inner join providers as p on y.provider_agb = p.provider_agb and y.paid_on between p.valid_from and p.valid_until
inner join insurers as i on y.insurer_uzovi = i.insurer_uzovi and y.paid_on between i.valid_from and i.valid_until
qualify row_number() over (partition by y.payment_id order by y.delivery_order desc) = 1;

create temp table earned as
select
    provider_agb,
    insurer_uzovi,
    coalesce(macro_category, 'unassigned') as macro_category,
    service_month as month,
    year(service_month) as year,
    legal_framework = 'Zvw' as is_of_insurers,
    cast(sum(amount_eur) * 100 as bigint) as declared_cents,
    cast(sum(disputed_eur) * 100 as bigint) as disputed_cents,
from finance.declaration
where counted and covers_budget
group by all;

create temp table provider_months as
select
    provider_agb,
    year,
    month,
    cast(sum(declared_cents - disputed_cents + lump_sum_cents) filter (
        where is_of_insurers
    ) as bigint) as insurer_revenue_cents,
    cast(sum(declared_cents) as bigint) as declared_cents,
    cast(sum(disputed_cents) as bigint) as disputed_cents,
    cast(sum(lump_sum_cents) as bigint) as lump_sum_cents,
from (
    select provider_agb, year, month, is_of_insurers, declared_cents, disputed_cents, 0 as lump_sum_cents from earned
    union all
    select provider_agb, year, month, true, 0, 0, cents from payments where kind = 'lump_sum'
)
group by all;

create temp table years as
with earned_years as (
    select
        provider_agb,
        year,
        max(month) as last_month,
        cast(sum(declared_cents - disputed_cents + lump_sum_cents) as bigint) as revenue_cents,
        cast(sum(insurer_revenue_cents) as bigint) as insurer_revenue_cents,
    from provider_months
    group by provider_agb, year
),

budgeted as (
    select
        provider_agb,
        year,
        bool_and(edition <> 'requested') as settles,
        cast(sum(amount_cents) as bigint) as budget_cents,
        cast(sum(amount_cents) filter (where legal_framework = 'Zvw') as bigint) as insurer_budget_cents,
        any_value(edition) as edition,
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
    coalesce(e.revenue_cents, 0) as revenue_cents,
    b.insurer_budget_cents,
    e.insurer_revenue_cents,
    b.edition,
from budgeted as b
full join earned_years as e using (provider_agb, year)
left join provider_years as p using (provider_agb, year);

create table finance.budget_realisation as
with months as (
    select
        *,
        cast(unnest(generate_series(
            make_date(year, 1, 1),
            least(make_date(year, 12, 1), greatest(month_of(getvariable('as_of')), last_month)),
            interval 1 month
        )) as date) as month,
    from years
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
        coalesce(e.declared_cents - e.disputed_cents + e.lump_sum_cents, 0) as revenue_cents,
    from months as m
    left join provider_months as e using (provider_agb, year, month)
),

cumulated as (
    select
        *,
        cast(sum(revenue_cents) over (partition by provider_agb, year order by month) as bigint) as cumulative_cents,
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
    cumulative_cents * 100 / nullif(budget_cents, 0) as realisation_pct,
from cumulated;

-- Settlement: last year's definitive set (own, else the region's), else a provisional one; this year's definitive set.

create temp table shares as
with delivery as (
    select
        s.edition,
        cast(s.year as bigint) as year,
        s.scope,
        s.insurer_uzovi,
        cast(s.share as decimal(18, 8)) as share,
        cast(s.insured_count as bigint) as insured_count,
    from delivered(getvariable('market_shares_comma'), getvariable('market_shares_semicolon')) as s
    inner join insurer_years as i on s.insurer_uzovi = i.insurer_uzovi and cast(s.year as bigint) = i.year
    left join provider_years as p on s.scope = p.provider_agb and cast(s.year as bigint) = p.year
    where p.provider_agb is not null or not regexp_full_match(s.scope, '[0-9]{8}')
    qualify row_number() over (
        partition by s.year, s.scope, s.insurer_uzovi, s.edition order by s.delivery_order desc
    ) = 1
)

select *
from delivery
window share_set as (partition by year, scope, edition)
qualify
    abs(sum(share) over share_set - 1) <= cast(0.00000005 as decimal(18, 8)) * count(*) over share_set;

create temp table share_sets as
with editions as (
    from (values
        ('provisional', 1, 'definitive', 1),
        ('provisional', 1, 'provisional', 2),
        ('definitive', 0, 'definitive', 1)
    ) as e (edition, years_back, share_edition, set_rank)
),

sets as (
    select distinct
        year as share_year,
        scope,
        edition as share_edition,
    from shares
)

select
    y.provider_agb,
    y.year,
    e.edition,
    s.*,
    row_number() over (market order by e.set_rank, s.scope = y.provider_agb desc) = 1 as is_market_key,
    s.scope <> y.provider_agb
    and row_number() over (market order by s.scope = y.provider_agb, e.set_rank) = 1 as is_population_key,
from years as y
cross join editions as e
inner join sets as s
    on
        s.share_year = y.year - e.years_back
        and e.share_edition = s.share_edition
        and s.scope in (y.provider_agb, y.region_code)
window market as (partition by y.provider_agb, y.year, e.edition);

create temp table settlements as
with insured as (
    select
        provider_agb,
        year,
        settles and insurer_budget_cents is not null as settles,
        insurer_budget_cents as budget_cents,
        coalesce(insurer_revenue_cents, 0) as revenue_cents,
        edition as budget_edition,
    from years
    where insurer_budget_cents is not null or insurer_revenue_cents is not null
)

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
    case when y.settles then s.share_year end as share_year,
    case when y.settles then y.budget_edition end as budget_edition,
from insured as y
cross join (values ('provisional'), ('definitive')) as e (edition)
left join share_sets as s
    on y.provider_agb = s.provider_agb and y.year = s.year and e.edition = s.edition and s.is_market_key;

create table finance.settlement as
select
    provider_agb,
    year,
    edition,
    eur(budget_cents) as budget_eur,
    eur(revenue_cents) as revenue_eur,
    eur(difference_cents) as revenue_difference_eur,
    case sign(difference_cents) when 1 then 'closing_tariff' when -1 then 'settlement_amount' end as instrument,
    status,
    cast(share_year as bigint) as shares_year,
    budget_edition,
from settlements;

create temp table insurer_amounts as
select
    provider_agb,
    year,
    insurer_uzovi,
    cast(sum(declared_cents) as bigint) as declared_cents,
    cast(sum(disputed_cents) as bigint) as disputed_cents,
    cast(coalesce(sum(paid_cents) filter (where kind = 'lump_sum'), 0) as bigint) as lump_sum_cents,
    cast(coalesce(sum(paid_cents) filter (where kind = 'advance'), 0) as bigint) as advance_cents,
    cast(sum(paid_cents) filter (where kind is distinct from 'claim') as bigint) as other_paid_cents,
    cast(sum(paid_cents) filter (where kind = 'claim') as bigint) as claim_cents,
from (
    select provider_agb, year, insurer_uzovi, declared_cents, disputed_cents, 0 as paid_cents, null as kind from earned
    where is_of_insurers
    union all
    select provider_agb, year, insurer_uzovi, 0, 0, cents, kind from payments
)
group by provider_agb, year, insurer_uzovi;

create temp table insurer_weights as
with weights as (
    select
        t.provider_agb,
        t.year,
        t.edition,
        s.insurer_uzovi,
        max(s.share) filter (where t.is_market_key) as market_share,
        max(s.insured_count) filter (where t.is_population_key) as insured_count,
        bool_or(t.is_market_key) as has_share,
        bool_and(s.insured_count is not null) filter (where t.is_population_key) as is_insured_counted,
    from share_sets as t
    inner join shares as s on t.share_year = s.year and t.share_edition = s.edition and t.scope = s.scope
    where t.is_market_key or t.is_population_key
    group by t.provider_agb, t.year, t.edition, s.insurer_uzovi
),

all_insurers as (
    select
        *,
        bool_and(is_insured_counted) over (partition by provider_agb, year, edition) as is_population_known,
    from settlements as t
    inner join (
        select
            provider_agb,
            year,
            edition,
            insurer_uzovi,
            w.market_share,
            w.insured_count,
            w.is_insured_counted,
            w.has_share,
            a.declared_cents,
            a.lump_sum_cents,
            a.advance_cents,
            a.disputed_cents,
            a.other_paid_cents,
            a.claim_cents,
        from weights as w
        full join (
            from insurer_amounts cross join (values ('provisional'), ('definitive')) as e (edition)
        ) as a using (provider_agb, year, edition, insurer_uzovi)
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
    coalesce(disputed_cents, 0) as disputed_cents,
    coalesce(other_paid_cents, 0) as other_paid_cents,
    claim_cents is null as claims_assumed_paid,
    coalesce(claim_cents, declared_cents, 0) as claims_paid_cents,
from all_insurers
where coalesce(has_share, false) or declared_cents is not null;

-- Largest remainder: floors of the parts, then the cents left over to the largest fractions, ties to the lower one.
create temp macro spread(relation) as table
select
    pot,
    tie,
    cast(
        sign(cents) * (
            whole
            + cast(
                row_number() over (partition by pot order by rest desc, tie)
                <= abs(cents) - sum(whole) over (partition by pot) as integer
            )
        ) as bigint
    ) as part_cents,
from (
    select
        *,
        cast(abs(cents) as hugeint) * weight // total as whole,
        cast(abs(cents) as hugeint) * weight % total as rest,
    from (
        select
            *,
            nullif(cast(sum(weight) over (partition by pot) as hugeint), 0) as total,
        from query_table(relation)
    )
);

create temp table insurer_pots as
select
    {provider_agb: provider_agb, year: year, edition: edition, key: key} as pot,
    insurer_uzovi as tie,
    difference_cents as cents,
    case key
        when 'market' then market_weight
        when 'declared' then declared_weight
        else population_weight
    end as weight,
from insurer_weights
cross join (values ('market'), ('declared'), ('population')) as k (key);

create temp table insurer_burdens as
with parts as (
    select
        pot.provider_agb,
        pot.year,
        pot.edition,
        tie as insurer_uzovi,
        max(part_cents) filter (where pot.key = 'market') as part_cents,
        max(part_cents) filter (where pot.key = 'declared') as declared_part_cents,
        max(part_cents) filter (where pot.key = 'population') as population_part_cents,
    from spread(insurer_pots)
    group by all
)

select
    w.*,
    p.part_cents,
    p.declared_part_cents,
    p.population_part_cents,
    w.declared_cents - w.disputed_cents + w.lump_sum_cents + p.part_cents as burden_cents,
    sum(w.declared_weight) over (partition by w.provider_agb, w.year, w.edition) as declared_total,
from insurer_weights as w
inner join parts as p using (provider_agb, year, edition, insurer_uzovi);

create table finance.insurer_allocation as
select
    provider_agb,
    year,
    edition,
    insurer_uzovi,
    market_share,
    eur(declared_cents) as declared_eur,
    eur(disputed_cents) as disputed_eur,
    eur(lump_sum_cents) as lump_sum_eur,
    eur(part_cents) as part_eur,
    eur(burden_cents) as burden_eur,
    eur(advance_cents) as advance_eur,
    eur(claims_paid_cents) as claims_paid_eur,
    claims_assumed_paid,
    eur(burden_cents - other_paid_cents - claims_paid_cents) as still_to_pay_eur,
    cast(declared_weight / nullif(declared_total, 0) as double) as declared_share,
    eur(declared_part_cents) as part_by_declared_share_eur,
    eur(population_part_cents) as part_by_population_share_eur,
from insurer_burdens;

create temp table macro_pots as
with categories as (
    select
        provider_agb,
        year,
        insurer_uzovi,
        macro_category,
        cast(sum(declared_cents) as bigint) as weight,
    from earned
    where is_of_insurers
    group by provider_agb, year, insurer_uzovi, macro_category
    having sum(declared_cents) > 0
)

select
    {
        provider_agb: b.provider_agb, year: b.year, edition: b.edition, insurer_uzovi: b.insurer_uzovi
    } as pot,
    coalesce(c.macro_category, 'unassigned') as tie,
    b.burden_cents as cents,
    coalesce(c.weight, 1) as weight,
from insurer_burdens as b
left join categories as c using (provider_agb, year, insurer_uzovi);

create table finance.insurer_macro_category as
select
    pot.provider_agb,
    pot.year,
    pot.edition,
    pot.insurer_uzovi,
    tie as macro_category,
    eur(part_cents) as burden_eur,
from spread(macro_pots);
