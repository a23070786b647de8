"""What is let through to Dagster's web server, which has no idea of who asks.

A browser of the operator can be made to ask by any page that it has open. Three things tell its requests from the UI's
own: the host they name (a page that points its own name at loopback names that one), the origin they come from, and
that no other origin may send JSON. HTTP and WebSocket alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
_ORIGIN = re.compile(r"https?://([^/]+)")
_METHODS = ("GET", "HEAD", "POST")
_JSON = "application/json"


class Guard:
    """The app, for requests to loopback or to one of the `hosts`, from the app's own pages or from no page at all."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self._app, self._hosts = app, frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif refusal := self._refusal(scope):
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, _in_no_frame(send))

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        host = _only(scope, b"host")
        if not (LOOPBACK.fullmatch(host) or host in self._hosts):
            return _refused(421, "Not a host of this UI; name those that lead here in ZORGMART_UI_HOSTS.")
        if not all(self._is_own(origin, host) for origin in _all(scope, b"origin")):
            return _refused(403, "Another page asked; only the UI's own pages may.")
        return _refused_method(scope) if scope["type"] == "http" else None

    def _is_own(self, origin: str, host: str) -> bool:
        """Another port of loopback is another origin: whatever runs there is not this UI."""
        found = _ORIGIN.fullmatch(origin)
        return found is not None and (found[1] == host or found[1] in self._hosts)


def _refused_method(scope: Scope) -> PlainTextResponse | None:
    """A GET that could change anything, and a POST that a page of another origin may send without asking first."""
    if scope["method"] not in _METHODS:
        return _refused(405, f"Only {', '.join(_METHODS)} are answered.")
    if scope["method"] == "POST":
        kind = _only(scope, b"content-type").split(";")[0].strip()
        return None if kind == _JSON else _refused(415, f"A POST must be {_JSON}.")
    if "graphql" in scope["path"] and scope["query_string"]:
        return _refused(405, f"GraphQL is asked by POST as {_JSON}.")
    return None


def _all(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1").strip().lower() for key, value in scope["headers"] if key == name]


def _only(scope: Scope, name: bytes) -> str:
    """The one value of a header; nothing if there are two, of which the app behind may read the other."""
    found = _all(scope, name)
    return found[0] if len(found) == 1 else ""


def _refused(status: int, sentence: str) -> PlainTextResponse:
    return PlainTextResponse(sentence + "\n", status_code=status)


def _in_no_frame(send: Send) -> Send:
    """No other page may show the UI in itself, and have the operator press what it does not show."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["X-Frame-Options"] = "DENY"
        await send(message)

    return sent
