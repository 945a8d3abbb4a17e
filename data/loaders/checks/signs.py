"""Which figures a column's sign forbids (E111, E112) or doubts (W301)."""

from __future__ import annotations

from cockpit.contracts.columns import Column, Sign
from data.loaders.headers.header_text import NUMERIC
from data.loaders.rows import Rows
from data.loaders.sources.grid import Mask


def deny(rows: Rows) -> list[tuple[str, str, str]]:
    """Mark the figures that their signs deny; field, code and words of each such column's findings."""
    told = []
    for name, place in rows.places.items():
        if place.column.kind in NUMERIC and place.column.sign is not Sign.ANY:
            rows.denied[name], code, words = _denied(rows, place.column)
            told.append((name, code, words))
    return told


def _denied(rows: Rows, column: Column) -> tuple[Mask, str, str]:
    figures = rows.numbers(column.field)
    if column.sign is Sign.PERCENT:
        return (figures < 0) | (figures > 100), "E112", "百分比应在0到100之间。请核对后改正。"
    if column.sign is Sign.POSITIVE:
        return figures <= 0, "E111", f"“{column.label}”应大于零。请核对后改正。"
    if column.sign is Sign.NOT_NEGATIVE:
        return figures < 0, "E111", f"“{column.label}”不应为负。请核对后改正。"
    return figures < 0, "W301", f"“{column.label}”为负。若是退税、更正或冲回，请确认；否则请改正。"
