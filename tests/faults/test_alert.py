"""A run that failed is told by webhook and by mail, to real servers on this machine; off unless a setting asks."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg
import pytest
from oracle import tiny
from pipeline.homes import environment

from dagster_project import alert
from dagster_project.alert import FailedRun, tell
from dagster_project.defs.alert import failure_sensor, moved_back_sensor, not_read_sensor
from dagster_project.defs.resources import as_dagster_failure
from dagster_project.errors import ZorgmartError
from dagster_project.ingest import Ledger
from dagster_project.ingest.landing import Ignored
from dagster_project.settings import read_settings

BSN, PSEUDONYM = tiny.bsn(77), "ab" * 32


class Webhook:
    """Keeps what is posted to it; `answers` are its status codes, one a request, then 200."""

    def __init__(self, *answers: int) -> None:
        self.got: list[dict] = []
        kept, left = self.got, list(answers)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                code = left.pop(0) if left else 200
                if code == 200:
                    kept.append(json.loads(body))
                self.send_response(code)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook"


class Relay:
    """As little of SMTP as a client needs; keeps each message."""

    def __init__(self) -> None:
        self.got: list[str] = []
        kept = self.got

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 here\r\n")
                while line := self.rfile.readline().strip().upper():
                    if line == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        kept.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
                    self.wfile.write(b"221 bye\r\n" if line == b"QUIT" else b"250 ok\r\n")

        self.server = socketserver.TCPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    yield from _served(Webhook(500))


@pytest.fixture
def relay() -> Iterator[Relay]:
    yield from _served(Relay())


def _served(made):
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@dg.op
def held() -> None:
    with as_dagster_failure():
        raise ZorgmartError("The store file s/1.parquet is damaged; delete it and run again.")


@dg.op
def broken() -> None:
    raise ValueError(f"could not convert {BSN}")


@dg.job
def nightly() -> None:
    held()
    broken()


def _evaluate(instance: dg.DagsterInstance, cursor: str | None) -> str | None:
    """One tick of the sensor, as the daemon makes it; gives its cursor."""
    sensor = failure_sensor(read_settings())
    context = dg.build_sensor_context(instance=instance, cursor=cursor, sensor_name=sensor.name)
    data = sensor.evaluate_tick(context)
    assert [reaction.error for reaction in data.dagster_run_reactions if reaction.error] == []
    return data.cursor


def _failed_run(folder: Path, **variables: str) -> str:
    """A run that fails between two ticks; gives its number."""
    with environment(folder, ZORGMART_HOME=str(folder), **variables), dg.DagsterInstance.ephemeral() as instance:
        nightly.execute_in_process(instance=instance, raise_on_error=False)
        cursor = _evaluate(instance, None)
        run = nightly.execute_in_process(instance=instance, raise_on_error=False)
        after = _evaluate(instance, cursor)
        assert _evaluate(instance, after) == after
        return run.run_id


def test_a_failed_run_is_told_once_to_both(tmp_path: Path, webhook: Webhook, relay: Relay) -> None:
    """Once each, though the webhook did not answer at first; why, and what to do, and no value of a library's text."""
    run_id = _failed_run(
        tmp_path, ZORGMART_ALERT_WEBHOOK=webhook.address, ZORGMART_ALERT_SMTP=relay.address,
        ZORGMART_ALERT_MAIL_TO="night@data.example",
    )  # fmt: skip
    (posted,), (mail,) = webhook.got, relay.got
    assert (posted["run_id"], posted["job"], posted["standing_release"]) == (run_id, "nightly", None)
    assert sorted(posted["reasons"])[0] == "The store file s/1.parquet is damaged; delete it and run again."
    assert "step broken failed (" in sorted(posted["reasons"])[1]
    assert "To: night@data.example" in mail and "Subject: zorgmart: the run nightly failed" in mail
    for said in (posted["text"], mail):
        assert "zorgmart run" in said and "s/1.parquet is damaged" in said
        assert BSN not in said


def _looked(folder: Path, cursor: str | None, **variables: str) -> str | None:
    """One tick of the sensor on `current`; gives what it remembers."""
    with environment(folder, ZORGMART_HOME=str(folder), **variables), dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, cursor=cursor, sensor_name="current_moved_back")
        return moved_back_sensor(read_settings()).evaluate_tick(context).cursor


def _point(home: Path, release_id: str) -> None:
    published = home / "published"
    published.mkdir(exist_ok=True)
    (published / "current").unlink(missing_ok=True)
    (published / "current").symlink_to(release_id)


def test_a_current_release_that_goes_back_is_told_whoever_moved_it(
    tmp_path: Path, webhook: Webhook, relay: Relay
) -> None:
    """Once, to both; going forward, or to another release of the same date, is what every night does."""
    variables = {
        "ZORGMART_ALERT_WEBHOOK": webhook.address, "ZORGMART_ALERT_SMTP": relay.address,
        "ZORGMART_ALERT_MAIL_TO": "night@data.example",
    }  # fmt: skip
    cursor = _looked(tmp_path, None, **variables)
    for release_id in ("2026-01-02-0000000b", "2026-01-02-0000000a", "2026-02-01-00000001", "2026-02-01-00000001"):
        _point(tmp_path, release_id)
        cursor = _looked(tmp_path, cursor, **variables)
        assert cursor == release_id
    assert webhook.got == [] and relay.got == []
    _point(tmp_path, "2026-01-15-00000001")
    cursor = _looked(tmp_path, cursor, **variables)
    assert _looked(tmp_path, cursor, **variables) == "2026-01-15-00000001"
    (posted,), (mail,) = webhook.got, relay.got
    assert posted.pop("text").startswith("zorgmart: current went back to 2026-01-15-00000001, from 2026-02-01-00000001")
    assert posted == {"standing_release": "2026-01-15-00000001", "release_before": "2026-02-01-00000001"}
    assert "Subject: zorgmart: current went back to 2026-01-15-00000001" in mail


def test_a_move_back_that_could_not_be_told_is_told_at_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alert.time, "sleep", lambda _: None)
    _point(tmp_path, "2026-01-15-00000001")
    with pytest.raises(ZorgmartError, match=r"move of current to 2026-01-15-00000001 could not be told"):
        _looked(tmp_path, "2026-02-01-00000001", ZORGMART_ALERT_WEBHOOK="http://127.0.0.1:9/x")


def test_nobody_is_told_unless_asked(tmp_path: Path, webhook: Webhook) -> None:
    with environment(tmp_path):
        sensor = failure_sensor(read_settings())
    assert sensor.default_status == dg.DefaultSensorStatus.STOPPED
    with environment(tmp_path, ZORGMART_ALERT_WEBHOOK=webhook.address):
        sensor = failure_sensor(read_settings())
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
    _failed_run(tmp_path)
    assert webhook.got == []


def test_what_could_be_a_patient_is_masked() -> None:
    failed = FailedRun("1", "nightly", (f"value {BSN} of\n{PSEUDONYM}",), "2026-01-01-00000001")
    assert BSN not in failed.text and PSEUDONYM not in failed.text
    assert "value *** of ***" in failed.text and "2026-01-01-00000001 stands" in failed.text


def test_a_channel_that_is_silent_is_named_without_its_address(
    tmp_path: Path, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other channel gets its message all the same."""
    monkeypatch.setattr(alert.time, "sleep", lambda _: None)
    secret = "http://127.0.0.1:9/secret-token"
    variables = {"ZORGMART_ALERT_SMTP": relay.address, "ZORGMART_ALERT_MAIL_TO": "night@data.example"}
    with environment(tmp_path, ZORGMART_ALERT_WEBHOOK=secret, **variables):
        with pytest.raises(ZorgmartError, match="could not be told to ZORGMART_ALERT_WEBHOOK; mend it") as silent:
            tell(read_settings(), FailedRun("1", "nightly", (), None))
        assert secret not in repr(read_settings())
    assert "secret-token" not in str(silent.value) and len(relay.got) == 1


@pytest.mark.parametrize("address", ["file:///etc/passwd", "data.example/hook"])
def test_only_a_web_address_is_a_webhook(tmp_path: Path, address: str) -> None:
    with (
        environment(tmp_path, ZORGMART_ALERT_WEBHOOK=address),
        pytest.raises(ZorgmartError, match="ZORGMART_ALERT_WEBHOOK"),
    ):
        read_settings()


@dg.op(config_schema=[str])
def passes_over(context) -> None:
    with Ledger(read_settings().home) as ledger:
        entries = [Ignored.at(path, "no feed has the name of its folder") for path in context.op_config]
        waiting = Ignored.at("payments/2026-01-31/a.csv.part", "its name says that it is not complete", "waiting")
        ledger.note_passed_over([*entries, waiting], datetime.now(UTC))


@dg.job(name="nightly")
def sound() -> None:
    passes_over()


def _tick(instance: dg.DagsterInstance, cursor: str | None) -> str | None:
    sensor = not_read_sensor(read_settings())
    data = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=cursor, sensor_name=sensor.name))
    assert [reaction.error for reaction in data.dagster_run_reactions if reaction.error] == []
    return data.cursor


def test_a_file_that_is_not_read_is_told_once(tmp_path: Path, webhook: Webhook) -> None:
    """By the run that first passed it over; not the ones that wait, and not again the night after."""
    nights = (["payment/a.csv"], ["payment/a.csv"], ["payment/a.csv", f"payment/{BSN}.csv"])
    with (
        environment(tmp_path, ZORGMART_HOME=str(tmp_path), ZORGMART_ALERT_WEBHOOK=webhook.address),
        dg.DagsterInstance.ephemeral() as instance,
    ):
        cursor = None
        for paths in ([], *nights):
            config = {"ops": {"passes_over": {"config": paths}}}
            assert sound.execute_in_process(instance=instance, run_config=config).success
            cursor = _tick(instance, cursor)
    assert len(webhook.got) == 2
    assert "payment/a.csv" in webhook.got[0]["text"] and "part" not in webhook.got[0]["text"]
    assert "payment/a.csv" not in webhook.got[1]["text"] and BSN not in str(webhook.got)
