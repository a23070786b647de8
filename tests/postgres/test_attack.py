"""Insurer 0101 learns nothing of others: whatever it asks, the answer is the same to the byte in two worlds that differ
in the rows of others alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from publish.made import OWN, SHARED

from .conftest import PASSWORDS
from .worlds import ATTACKER, OTHER, World, two_worlds

Worlds = tuple[World, World]
TABLES = sorted(SHARED + OWN)
EXPLAIN = "explain (analyze, timing off, summary off)"
PLANNERS = [
    "set enable_sort = on",
    "set enable_seqscan = off",
    "set enable_seqscan = off; set enable_indexscan = off; set enable_indexonlyscan = off",
]
RUNS_OF_ITS_OWN = (
    "pg_stat_%", "pg_statio_%", "pg_prepared_statements", "pg_cursors", "pg_timezone_names", "pg_timezone_abbrevs",
)  # fmt: skip
"""Views that tell of the attacker's own session and scans; those of the server among them are refused, see below."""
OF_THE_MOMENT = {
    "now", "clock_timestamp", "statement_timestamp", "transaction_timestamp", "timeofday", "random", "gen_random_uuid",
    "pg_backend_pid", "current_query", "pg_stat_clear_snapshot", "pg_conf_load_time", "inet_client_port",
    "pg_trigger_depth", "pg_listening_channels", "pg_cursor", "pg_prepared_statement", "pg_timezone_names",
    "pg_timezone_abbrevs", "pg_advisory_unlock_all", "pg_jit_available", "pg_my_temp_schema",
}  # fmt: skip
"""Functions without an argument that tell of the moment or of the session that asks."""


def _statements(name: str) -> list[str]:
    """The statements of a file, one a line."""
    return [line.removesuffix(";") for line in Path(__file__).with_name(name).read_text().splitlines()]


REFUSED = _statements("refused.sql")
"""What is answered with an error whatever is in the databases."""
ERRORS = _statements("asked.sql")


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Iterator[Worlds]:
    with two_worlds(tmp_path_factory.mktemp("worlds"), empty) as found:
        yield found


AS_IT_LIKES = [
    "reset all",
    "set default_transaction_read_only = off",
    "set default_transaction_isolation = serializable",
]
"""A role's defaults bind nobody."""


def require_same(worlds: Worlds, statements: list[str]) -> list:
    """Both worlds answer each statement alike; the answers."""
    before = [world.ask([*AS_IT_LIKES, *statements])[len(AS_IT_LIKES) :] for world in worlds]
    different = [
        (statement, one, other) for statement, one, other in zip(statements, *before, strict=True) if one != other
    ]
    assert different[:3] == []
    return before[0]


def test_the_worlds_differ(worlds: Worlds) -> None:
    counts = []
    for world in worlds:
        with world.server.connect("zorgmart") as con:
            counts.append(con.execute("select insurer_uzovi, count(*) from finance.declaration group by 1").fetchall())
    assert dict(counts[0])["0101"] == dict(counts[1])["0101"] == 100
    assert dict(counts[0])["0102"] * 4 < dict(counts[1])["0102"]


def test_what_is_closed_would_tell(worlds: Worlds) -> None:
    """Who may call what is closed sees the rows of others: the comparison has teeth."""
    tells = [
        f"select pg_stat_get_db_tuples_inserted(oid) from pg_database where datname = '{OTHER}'",
        "select pg_tablespace_size('pg_default')",
        f"select pg_database_size('{OTHER}')",
        "select pg_current_wal_lsn()",
    ]
    told = []
    for world in worlds:
        with world.server.connect(ATTACKER) as con:
            told.append([con.execute(ask).fetchall() for ask in tells])
    assert [ask for ask, one, other in zip(tells, *told, strict=True) if one == other] == []


def test_tables_and_their_plans(worlds: Worlds) -> None:
    reads = [
        *(f"select * from {table}" for table in TABLES),
        *(f"select count(*), count(t) from {table} t" for table in TABLES),
        *(f"table {table}" for table in TABLES),
        f"{EXPLAIN} select * from finance.declaration where insurer_uzovi = '0102'",
        f"{EXPLAIN} select * from finance.declaration where insurer_uzovi <> '0101'",
        "select * from finance.declaration where episode_id like 'canary-0102%'",
        f"{EXPLAIN} select * from finance.declaration d join finance.insurer_allocation a using (provider_agb)",
        f"{EXPLAIN} select provider_agb, sum(amount_eur) from finance.declaration group by rollup (1) order by 2",
        "select * from finance.declaration tablesample system (50) repeatable (1)",
    ]
    answers = require_same(worlds, reads)
    assert not any(answer.is_error for answer in answers) and len(answers[TABLES.index(OWN[0])].result[2]) == 100


def test_every_leakproof_operator_on_every_indexed_column(worlds: Worlds) -> None:
    indexed = """
        select distinct i.indrelid::regclass::text, a.attname, format_type(a.atttypid, null), o.oprname
        from pg_index i
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
        join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
        join pg_operator o on o.oprleft = a.atttypid and o.oprright = a.atttypid and o.oprresult = 'bool'::regtype
        join pg_proc p on p.oid = o.oprcode and p.proleakproof
        where n.nspname = any(array['audit', 'capacity', 'finance', 'integrity', 'kpi']) order by 1, 2, 3, 4
    """
    (found,) = require_same(worlds, [indexed])
    assert len(found.result[2]) > 60
    values = {"text": ["0102", "00000003", "D0000004", "XD00000040"], "bigint": ["2025"], "integer": ["2025"],
              "date": ["2025-03-01"], "timestamp with time zone": ["2025-03-01 00:00+01"], "numeric": ["3"],
              "double precision": ["1.5"], "boolean": ["true"]}  # fmt: skip
    asks = [
        f"{EXPLAIN} select * from {table} where {column} {operator} '{value}'::{kind}"
        for table, column, kind, operator in found.result[2]
        for value in values[kind]
    ]
    for planner in PLANNERS:
        answers = require_same(worlds, [*planner.split("; "), *asks])
        assert sum(answer.is_error for answer in answers) == 0


def test_catalogues(worlds: Worlds) -> None:
    not_its_own = " and ".join(f"c.relname not like '{name}'" for name in RUNS_OF_ITS_OWN)
    named = f"""
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('pg_catalog', 'information_schema') and c.relkind in ('r', 'v') and {not_its_own} order by 1
    """
    (found,) = require_same(worlds, [named])
    reads = [f"select t::text from {name} t order by 1" for (name,) in found.result[2]]
    answers = require_same(worlds, reads)
    assert len(answers) > 120 and sum(not answer.is_error for answer in answers) > 100
    own = "select schemaname, relname from pg_stat_all_tables where schemaname <> 'pg_toast' order by 1, 2"
    require_same(worlds, [own, "select schemaname, relname, n_live_tup from pg_stat_user_tables order by 1, 2"])


def test_functions_that_are_open(worlds: Worlds) -> None:
    """Each that takes nothing, or one number or name of an object, on what is others'."""
    named = """
        select p.proname, pg_get_function_identity_arguments(p.oid), p.proretset from pg_proc p
        where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f' and p.pronargs <= 1
            and has_function_privilege(p.oid, 'execute')
            and p.prorettype not in ('trigger'::regtype, 'internal'::regtype)
            and (p.pronargs = 0 or p.proargtypes[0] in ('oid'::regtype, 'name'::regtype, 'text'::regtype,
                'regclass'::regtype, 'xid'::regtype, 'xid8'::regtype))
        order by 1, 2
    """
    (found,) = require_same(worlds, [named])
    others = {
        "oid": [f"(select oid from pg_database where datname = '{OTHER}')", f"'{OTHER}'::regrole", "1663", "16400"],
        "name": [f"'{OTHER}'", "'pg_default'"],
        "text": [f"'{OTHER}'"],
        "regclass": ["'finance.declaration'", "16400"],
        "xid": ["'750'"],
        "xid8": ["'750'"],
    }
    calls = []
    for name, arguments, _ in found.result[2]:
        if name in OF_THE_MOMENT or name.endswith(("send", "recv", "_in", "_out")) or "timeline" in name:
            continue
        kind = arguments.split()[-1] if arguments else ""
        calls += [f"select pg_catalog.{name}({value})" for value in (others.get(kind, []) if kind else [""])]
    assert len(calls) > 200
    require_same(worlds, calls)


def test_what_is_refused(worlds: Worlds) -> None:
    answers = require_same(worlds, REFUSED)
    allowed = [statement for statement, answer in zip(REFUSED, answers, strict=True) if not answer.is_error]
    assert allowed == []
    assert {answer.result[2] for answer in answers}.isdisjoint({"25006", "42601"}), "neither read-only nor misspelt"


def test_errors_notices_sizes_and_numbers(worlds: Worlds) -> None:
    require_same(worlds, ERRORS)


def test_no_other_database_lets_it_in(worlds: Worlds) -> None:
    with worlds[0].server.connect() as con:
        names = [name for (name,) in con.execute("select datname from pg_database order by 1").fetchall()]
    assert {"postgres", "template1", "zorgmart", "zorgmart_closed", "zorgmart_monitor", OTHER} < set(names)
    for name in (name for name in names if name != ATTACKER):
        told = []
        for world in worlds:
            with pytest.raises(psycopg.OperationalError) as refused:
                world.server.connect(name, ATTACKER, PASSWORDS[ATTACKER])
            told.append(str(refused.value).replace(str(world.server.folder), ""))
        assert told[0] == told[1]


COLUMNS = {
    "finance.declaration": ["provider_agb", "declaration_id", "insurer_uzovi", "amount_eur", "service_month"],
    "finance.insurer_allocation": ["provider_agb", "year", "insurer_uzovi", "declared_eur", "note"],
    "finance.budget_realisation": ["provider_agb", "region_code", "declared_eur", "realisation_pct"],
    "integrity.double_funding_finding": ["finding_id", "provider_agb", "declaration_id", "counter_sector", "status"],
    "pg_catalog.pg_class": ["relname", "reltuples", "relpages", "oid"],
    "pg_catalog.pg_database": ["datname", "oid", "datfrozenxid"],
    "pg_catalog.pg_stats": ["tablename", "attname", "n_distinct", "most_common_vals", "histogram_bounds"],
}  # fmt: skip
VALUES = ["'0101'", "'0102'", "'00000003'", "'D0000004'", "'XD00000040'", "12.25", "'2025-03-01'", "null", "0"]


@st.composite
def queries(draw: st.DrawFn) -> str:
    """A query of one table or of two, with a plan or without."""
    tables = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=2))
    names = [f"t{place}" for place in range(len(tables))]
    columns = [f"{name}.{column}" for name, table in zip(names, tables, strict=True) for column in COLUMNS[table]]
    column = st.sampled_from(columns)
    operator = st.sampled_from(["=", "<>", "<", ">=", "is distinct from", "like", "~"])
    condition = st.builds(lambda *words: " ".join(words), column, operator, st.one_of(st.sampled_from(VALUES), column))
    conditions = draw(st.lists(condition, max_size=3))
    where = f" where {draw(st.sampled_from([' and ', ' or '])).join(conditions)}" if conditions else ""
    figures = [
        f"{figure}({draw(column)})" for figure in draw(st.lists(st.sampled_from(["min", "max", "count", "sum"])))
    ]
    shown = draw(st.lists(column, min_size=1, max_size=3, unique=True))
    group = f" group by {', '.join(shown)}" if figures else ""
    tail = f" order by {', '.join(str(place + 1) for place in range(len(shown) + len(figures)))} limit 50"
    source = ", ".join(f"{table} {name}" for table, name in zip(tables, names, strict=True))
    explain = draw(st.sampled_from(["", f"{EXPLAIN} ", "explain (verbose, settings) "]))
    return f"{explain}select {', '.join(shown + figures)} from {source}{where}{group}{tail}"


@given(asked=st.lists(queries(), min_size=1, max_size=4), planner=st.sampled_from(PLANNERS))
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_random_queries(worlds: Worlds, asked: list[str], planner: str) -> None:
    require_same(worlds, [*planner.split("; "), *asked])
