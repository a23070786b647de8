"""A small line without axes, as the path of an SVG."""

from __future__ import annotations


def sparkline(points: list[float | None], width: int = 64, height: int = 18) -> str:
    """The path of the line; a missing value breaks it, and one that stands alone is a dot."""
    known = [point for point in points if point is not None]
    low, span = min(known), (max(known) - min(known)) or 1.0
    step = width / max(len(points) - 1, 1)
    path = []
    for index, (before, point) in enumerate(zip([None, *points], points, strict=False)):
        if point is not None:
            place = f"{index * step:.1f},{height - (point - low) / span * height:.1f}"
            path.append(f"M{place}h0" if before is None else f"L{place}")
    return "".join(path)
