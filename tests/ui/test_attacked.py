"""The UI as it runs, asked by pages of others: nothing is answered, nothing is changed; its own pages work."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from .served import JSON, LAUNCHED, LOCATION, NAMED, PATIENCE, Ui, ended, serving

ASKED = json.dumps({"query": "{ version }"})
LAUNCHING = json.dumps(LAUNCHED)
BY_GET = "/graphql?" + urlencode(LAUNCHED | {"variables": json.dumps(LAUNCHED["variables"])})
REPORT = "/report_asset_materialization/published/release"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ui")


@pytest.fixture(scope="module")
def ui(folder: Path) -> Iterator[Ui]:
    with serving(folder) as served:
        yield served


@pytest.fixture(scope="module")
def monitors(folder: Path, ui: Ui) -> Iterator[Ui]:
    """The same home once more, for monitors."""
    with serving(folder, "--read-only") as served:
        yield served


def test_its_own_pages_are_answered(ui: Ui) -> None:
    status, headers, page = ui.ask("GET", "/")
    assert status == 200 and "<html" in page and headers["x-frame-options"] == "DENY"
    assert ui.graphql("{ version }")["version"]
    assert ui.ask("POST", "/graphql", [("Content-Type", "application/json; charset=utf-8")], ASKED)[0] == 200


@pytest.mark.parametrize("host", ["localhost:{}", "LOCALHOST:{}", "[::1]:{}", "127.0.0.1", NAMED, "other.example:8443"])
def test_names_of_its_own_are_answered(ui: Ui, host: str) -> None:
    assert ui.ask("GET", "/server_info", hosts=[host.format(ui.port)])[0] == 200


@pytest.mark.parametrize(
    "hosts",
    [
        ["evil.example"], ["evil.example:{}"], ["127.0.0.1.evil.example"], ["localhost.evil.example:{}"],
        ["evil.example@127.0.0.1:{}"], ["127.0.0.1:{}:80"], ["127.0.0.1:{} evil"], ["0.0.0.0:{}"], ["localhost."], [""],
        [f"{NAMED}:8443"], [f"x{NAMED}"], ["other.example"], ["évil"],
    ],
)  # fmt: skip
def test_a_name_that_only_leads_here_is_refused(ui: Ui, hosts: list[str]) -> None:
    """As when a page points its own name at loopback."""
    given = [host.format(ui.port) for host in hosts]
    assert ui.ask("GET", "/server_info", hosts=given)[0] == 421
    assert ui.ask("POST", "/graphql", [JSON], LAUNCHING, hosts=given)[0] == 421


def test_two_names_are_refused(ui: Ui) -> None:
    for hosts in ([ui.host, "evil.example"], ["evil.example", ui.host]):
        assert ui.ask("GET", "/server_info", hosts=hosts)[0] in (400, 421)


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", "http://127.0.0.1:1", "http://127.0.0.1", "http://127.0.0.1:{}.evil.example",
     "http://localhost:{}", "http://evil@127.0.0.1:{}", "file://", "127.0.0.1:{}", "http://127.0.0.1:{}/x"],
)  # fmt: skip
def test_a_page_of_another_origin_is_refused(ui: Ui, origin: str) -> None:
    """Another port of this machine is another origin too."""
    given = [("Origin", origin.format(ui.port)), JSON]
    assert ui.ask("POST", "/graphql", given, LAUNCHING)[0] == 403
    assert ui.ask("GET", "/server_info", given[:1])[0] == 403
    assert ui.ask("POST", "/graphql", [("Origin", ui.origin), *given], LAUNCHING)[0] == 403


def test_a_proxy_in_front_is_answered(ui: Ui) -> None:
    """Whether it hands on the name that was asked or gives its own."""
    for hosts in ([NAMED], [ui.host]):
        assert ui.ask("POST", "/graphql", [("Origin", f"https://{NAMED}"), JSON], ASKED, hosts=hosts)[0] == 200


@pytest.mark.parametrize(
    "headers", [[], [("Accept", "text/html")], [("Accept", "*/*"), ("Accept", "text/html")], [JSON]]
)
@pytest.mark.parametrize("path", [BY_GET, "/graphql?query=%7Bversion%7D", BY_GET.replace("/graphql", "/graphql/")])
def test_nothing_is_asked_by_get(ui: Ui, path: str, headers: list[tuple[str, str]]) -> None:
    assert ui.ask("GET", path, headers)[0] == 405
    assert ui.ask("HEAD", path, headers)[0] == 405


@pytest.mark.parametrize(
    "kinds",
    [
        [], ["text/plain"], ["text/plain; application/json"], ["application/x-www-form-urlencoded"],
        ["application/graphql"], ["multipart/form-data; boundary=application/json"],
        ["application/json", "text/plain"], ["application/json-x"],
    ],
)  # fmt: skip
def test_a_post_that_needs_no_leave_is_refused(ui: Ui, kinds: list[str]) -> None:
    """A browser sends these to another origin without asking it first."""
    headers = [("Content-Type", kind) for kind in kinds]
    for path in ("/graphql", BY_GET, REPORT):
        assert ui.ask("POST", path, headers, LAUNCHING)[0] == 415


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH"])
def test_no_other_method_is_answered(ui: Ui, method: str) -> None:
    status, headers, _ = ui.ask(method, "/graphql", [JSON], LAUNCHING)
    assert status == 405 and "access-control-allow-origin" not in headers


def _socket(ui: Ui, origin: str | None, host: str | None = None) -> ClientConnection:
    """A WebSocket as Dagster's page opens it; a name in place of loopback leads there."""
    name = host or "127.0.0.1"
    there = socket.create_connection(("127.0.0.1", ui.port))
    address = f"ws://{name}:{ui.port}/graphql"
    return connect(address, origin=origin, subprotocols=["graphql-ws"], sock=there, open_timeout=PATIENCE, proxy=None)


@pytest.mark.parametrize(
    ("origin", "host"),
    [("http://evil.example", None), ("null", None), ("http://127.0.0.1:1", None),
     ("http://evil.example", "evil.example"), (None, "evil.example")],
)  # fmt: skip
def test_a_page_of_another_origin_gets_no_socket(ui: Ui, origin: str | None, host: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused, _socket(ui, origin, host):
        pass
    assert refused.value.response.status_code == (421 if host else 403)


def test_its_own_pages_get_a_socket(ui: Ui) -> None:
    """Which launches nothing either."""
    with _socket(ui, ui.origin) as opened:
        opened.send(json.dumps({"type": "connection_init"}))
        assert json.loads(opened.recv(PATIENCE)) == {"type": "connection_ack"}
        opened.send(json.dumps({"type": "start", "id": "1", "payload": LAUNCHED}))
        assert json.loads(opened.recv(PATIENCE))["type"] == "error"


def test_nothing_was_launched_so_far(ui: Ui) -> None:
    assert ui.runs == []


def test_read_only_shows_all_and_starts_nothing(ui: Ui, monitors: Ui) -> None:
    assert monitors.graphql("{ version }")["version"] and monitors.daemon is None and ui.daemon is not None
    assert monitors.graphql(LAUNCHED)["launchRun"]["__typename"] == "UnauthorizedError"
    schedule = LOCATION | {"scheduleName": "nightly_at_two"}
    stop = {
        "query": "mutation Stop($s: ScheduleSelector!) { resetSchedule(scheduleSelector: $s) { __typename } }",
        "variables": {"s": schedule},
    }
    assert monitors.graphql(stop)["resetSchedule"]["__typename"] == "UnauthorizedError"
    assert monitors.ask("POST", REPORT, [JSON], "{}")[0] == 401
    assert monitors.runs == []


def test_its_own_page_launches_a_run(ui: Ui) -> None:
    assert ui.graphql(LAUNCHED)["launchRun"]["__typename"] == "LaunchRunSuccess"
    assert len(ui.runs) == 1


def test_what_it_keeps_is_its_owners(ui: Ui) -> None:
    assert [path for path in ui.home.rglob("*") if path.lstat().st_mode & 0o077 and not path.is_symlink()] == []


def test_a_port_that_is_taken_is_told(ui: Ui, folder: Path) -> None:
    told = pytest.raises(AssertionError, match=rf"zorgmart: Port {ui.port} of 127\.0\.0\.1 can't be had")
    with told, serving(folder, "--port", str(ui.port)):
        pass


def test_told_to_stop_it_stops(monitors: Ui) -> None:
    monitors.process.send_signal(signal.SIGTERM)
    assert monitors.process.wait(PATIENCE) == 0


def test_it_does_not_go_on_without_its_daemon(ui: Ui, folder: Path) -> None:
    """No night would be run, and no page would say so."""
    os.kill(ui.daemon, signal.SIGKILL)
    assert ui.process.wait(PATIENCE) == 1


@pytest.mark.nightly
def test_killed_it_takes_its_daemon_along(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        daemon = served.daemon
        served.process.kill()
        assert ended(daemon)
