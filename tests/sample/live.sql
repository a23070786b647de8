-- Current declarations with what their date says of them, their credits, and the debits that none of these takes back.
create view line as
select
    d.*,
    p.sector,
    t.function,
    t.tariff_kind,
    t.tariff_cents::bigint * d.quantity as asked_cents,
    coalesce(t.max_per_day::int, 1) as max_per_day,
    timezone('Europe/Amsterdam', d.service_start)::date as day,
    (d.service_start, d.declared_on, d.provider_agb, d.declaration_id) as place,
from declaration as d
inner join provider as p on d.provider_agb = p.agb
left join tariff as t
    on
        d.performance_code = t.performance_code
        and t.provider_agb is not distinct from (
            select any_value(o.provider_agb)
            from tariff as o
            where
                o.performance_code = d.performance_code
                and o.provider_agb = d.provider_agb
        )
        and timezone('Europe/Amsterdam', d.service_start)::date
        between t.valid_from::date and t.valid_to::date;

create view credit as
select
    c.*,
    d.declaration_id as debit_id,
    row_number() over (
        partition by
            c.provider_agb, c.corrects_declaration_id, d.declaration_id is not null
        order by c.declared_on, c.declaration_id
    ) as turn,
from line as c
left join line as d
    on
        c.corrects_declaration_id = d.declaration_id
        and d.debit_credit = 'D'
        and c.provider_agb = d.provider_agb
        and c.insurer_uzovi = d.insurer_uzovi
        and c.patient_key = d.patient_key
        and c.performance_code = d.performance_code
        and c.quantity = d.quantity
        and c.amount_cents = d.amount_cents
where c.debit_credit = 'C';

create table live as
select d.*
from line as d
where
    d.debit_credit = 'D'
    and not exists (
        from credit as c
        where
            c.provider_agb = d.provider_agb
            and c.debit_id = d.declaration_id
            and c.turn = 1
    );
