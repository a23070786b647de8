"""The page as a reader's software finds it: tables by caption, headings, images, addresses, ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "img", "path", "rect", "line", "use", "circle", "polyline"}
_ADDRESSES = {"href", "src", "srcset", "action", "data", "poster", "xlink:href"}


@dataclass
class Table:
    """Rows of texts; `kinds` are the tag and scope of each cell."""

    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)
    kinds: list[list[tuple[str, str | None]]] = field(default_factory=list)

    @property
    def head(self) -> list[str]:
        return self.rows[0]

    def row(self, name: str) -> list[str]:
        """The cells of the row that `name` names, without its name."""
        return next(row[1:] for row in self.rows if row[0] == name)


class Page(HTMLParser):
    """Reads a page; what the eye does not see of a cell (an icon's words, what stands small below) is kept apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, Table] = {}
        self.headings: list[tuple[int, str]] = []
        self.images: list[dict[str, str | None]] = []
        self.addresses: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.visible = ""
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._table: Table | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        self.ids += [given["id"]] if given.get("id") else []
        self.addresses += [(tag, given[name] or "") for name in _ADDRESSES & given.keys()]
        if tag == "svg":
            self.images.append(given)
        elif tag == "table":
            self._table = Table()
        elif tag == "tr" and self._table:
            self._table.rows.append([])
            self._table.kinds.append([])
        elif tag in ("td", "th") and self._table:
            self._table.rows[-1].append("")
            self._table.kinds[-1].append((tag, given.get("scope")))
        elif tag in ("h1", "h2", "h3", "h4"):
            self.headings.append((int(tag[1]), ""))
        if tag not in _VOID:
            self._open.append((tag, given))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            continue
        if tag == "table" and self._table:
            self.tables[self._table.caption] = self._table
            self._table = None

    def handle_data(self, data: str) -> None:
        inside = {tag for tag, _ in self._open}
        small = any(given.get("class") in ("sub", "english") for _, given in self._open)
        if inside & {"style", "title", "desc"}:
            return
        words = data.replace("\u200b", "").strip()
        self.visible += f" {words}" if words else ""
        if "caption" in inside and self._table:
            self._table.caption += words
        elif self._table and inside & {"td", "th"} and not small:
            self._table.rows[-1][-1] += words
        elif self.headings and any(tag in ("h1", "h2", "h3", "h4") for tag in inside) and not small:
            level, before = self.headings[-1]
            self.headings[-1] = (level, before + words)
