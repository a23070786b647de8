-- What rules R12 to R16 find in budgets, payments and invoices: rule, provider, line and cents at risk.
with line_in_force as (
    select
        b.*,
        p.sector,
        p.region_code,
        b.amount_cents::bigint as cents,
        concat_ws('/', b.year, b.edition, b.component, b.parameter) as line,
    from budgets as b
    inner join provider as p on b.provider_agb = p.agb
    qualify
        list_position(['requested', 'agreed', 'determined', 'final'], b.edition)
        = max(list_position(['requested', 'agreed', 'determined', 'final'], b.edition)) over (
            partition by b.provider_agb, b.year
        )
),

allocation as (
    select
        *,
        year(valid_from::date) as first_year,
        coalesce(year(valid_to::date), 9999) as last_year,
    from function_allocations
),

r12 as (
    select
        'R12' as rule,
        l.provider_agb,
        l.line,
        l.cents - coalesce(
            sum(coalesce(a.cleared_amount_cents::bigint, l.cents)) filter (a.cleared_from is not null), 0
        ) as at_risk_cents,
    from line_in_force as l
    left join allocation as a
        on
            l.region_code = a.region_code
            and l.function = a.function
            and l.provider_agb = a.cleared_from
            and l.year::int between a.first_year and a.last_year
    where
        l.sector <> 'zco'
        and l.function <> 'care'
        and exists (
            from line_in_force as z
            where
                z.sector = 'zco'
                and z.region_code = l.region_code
                and z.year = l.year
                and coalesce(z.function, l.function) = l.function
        )
    group by l.provider_agb, l.line, l.cents
    having at_risk_cents > 0
),

r13 as (
    select
        'R13' as rule,
        l.provider_agb,
        l.line,
        l.cents as at_risk_cents,
    from line_in_force as l
    where
        l.component = 'substitution'
        and l.percentage::decimal(18, 4) > 110
        and (
            not exists (
                from contracts as c
                where
                    c.provider_agb = l.provider_agb
                    and year(c.valid_from::date) <= l.year::int
                    and coalesce(year(c.valid_to::date), 9999) >= l.year::int
            )
            or (
                select sum(s.cents) <> 0 or coalesce(sum(s.cents) filter (s.cents < 0 and s.sector <> l.sector), 0) = 0
                from line_in_force as s
                where s.component = 'substitution' and s.region_code = l.region_code and s.year = l.year
            )
        )
),

r14 as (
    select
        'R14' as rule,
        l.provider_agb,
        l.line,
        l.cents as at_risk_cents,
    from line_in_force as l
    where
        regexp_matches(l.parameter, '\b(lpz|lcps)\b', 'i')
        or exists (
            from allocation as a
            where
                a.funding_source = 'availability_contribution'
                and a.region_code = l.region_code
                and a.function = l.function
                and l.year::int between a.first_year and a.last_year
        )
),

r15 as (
    select
        'R15' as rule,
        l.provider_agb,
        'payment/' || l.payment_id as line,
        l.amount_cents::bigint as at_risk_cents,
    from payments as l
    where
        l.kind = 'lump_sum'
        and l.debit_credit = 'D'
        and exists (
            from payments as a
            where
                a.kind in ('advance', 'settlement')
                and (a.provider_agb, a.insurer_uzovi, a.for_year, a.paid_on, a.amount_cents)
                = (l.provider_agb, l.insurer_uzovi, l.for_year, l.paid_on, l.amount_cents)
        )
    union all
    select
        'R15',
        l.provider_agb,
        l.line,
        least(l.cents, sum(d.amount_cents)::bigint),
    from line_in_force as l
    inner join live as d
        on
            l.provider_agb = d.provider_agb
            and l.function = d.function
            and l.year::int = year(d.day)
    where l.component = 'lump_sum' and l.function <> 'care'
    group by l.provider_agb, l.line, l.cents
),

r16 as (
    select
        'R16' as rule,
        i.member_agb as provider_agb,
        'invoice/' || i.invoice_id as line,
        least(i.wage_cost_cents::bigint, sum(d.amount_cents)::bigint) as at_risk_cents,
    from network_costs as i
    inner join live as d
        on
            i.member_agb = d.provider_agb
            and d.day between i.period_start::date and i.period_end::date
    where i.client_bound = 'true'
    group by i.member_agb, i.invoice_id, i.wage_cost_cents
)

from r12
union all by name
from r13
union all by name
from r14
union all by name
from r15
union all by name
from r16
order by all
