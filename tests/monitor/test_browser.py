"""In a real browser: nothing in the console, nothing asked for, and the test itself would notice."""

from __future__ import annotations

from pathlib import Path

from .browser import visit

FAULTY = """<!doctype html><title>x</title><script>console.error("oops")</script>
<img src="http://127.0.0.1:9/one.png"><style>@import "http://127.0.0.1:9/two.css";</style>"""

FRAME = """<!doctype html><title>x</title><iframe id="f" src="report.html" width="360" height="800"></iframe>
<p id="w"></p><script>onload = () => {
    const root = f.contentDocument.documentElement; w.textContent = `${root.scrollWidth} ${root.clientWidth}`
}</script>"""


def test_the_page_asks_for_nothing_and_complains_of_nothing(chromium: str, html: str, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(html, encoding="utf-8")
    visited = visit(chromium, file, tmp_path)
    assert (visited.console, visited.asked) == ([], [])
    assert 'id="regelkaarten"' in visited.dom and visited.dom.rstrip().endswith("</html>")


def test_a_page_that_asks_or_complains_is_noticed(chromium: str, tmp_path: Path) -> None:
    file = tmp_path / "faulty.html"
    file.write_text(FAULTY, encoding="utf-8")
    visited = visit(chromium, file, tmp_path)
    assert any("oops" in line for line in visited.console)
    assert visited.asked == ["http://127.0.0.1:9/one.png", "http://127.0.0.1:9/two.css"]


def test_no_part_is_wider_than_a_telephone(chromium: str, html: str, tmp_path: Path) -> None:
    """A frame of that width tells how wide its content is; wide tables scroll inside their own box."""
    (tmp_path / "report.html").write_text(html, encoding="utf-8")
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME, encoding="utf-8")
    visited = visit(chromium, frame, tmp_path, "--allow-file-access-from-files")
    content, room = map(int, visited.dom.split('<p id="w">')[1].split("</p>")[0].split())
    assert content <= room <= 360
