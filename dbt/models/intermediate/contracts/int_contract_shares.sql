-- The shares over which the difference of a contract with all insurers is spread: the definitive set of the year, else
-- the one of its provisional settlement; the party's own before its region's.
with candidates as (
    select
        d.contract_id,
        d.year,
        s.insurer_uzovi,
        s.share,
        rank() over (
            partition by d.contract_id, d.year
            order by s.year desc, s.edition = 'definitive' desc, s.scope = d.party_agb desc
        ) as set_rank,
    from {{ ref('int_contract_due') }} as d
    left join {{ ref('int_providers_by_year') }} as p on d.party_agb = p.provider_agb and d.year = p.year
    inner join {{ ref('stg_market_shares') }} as s
        on
            s.scope in (d.party_agb, p.region_code)
            and (d.year - 1 = s.year or (d.year = s.year and s.edition = 'definitive'))
    where d.insurer_uzovi is null and d.care_form not in ('fee_for_service', 'availability')
)

select
    contract_id,
    year,
    insurer_uzovi,
    cast(share * 100000000 as bigint) as weight,
from candidates
where set_rank = 1
