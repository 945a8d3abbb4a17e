"""Which figures a column's sign forbids (E111, E112) or doubts (W301)."""

from __future__ import annotations

from cockpit.contracts.columns import Column, Sign
from data.loaders.headers.header_text import NUMERIC
from data.loaders.rows import ParsedRows
from data.loaders.sources.grid import Mask


def check_signs(rows: ParsedRows) -> list[tuple[str, str, str]]:
    """Mark the figures that their signs deny; field, code and words of each such column's findings."""
    told = []
    for name, mapping in rows.mappings.items():
        if mapping.column.kind in NUMERIC and mapping.column.sign is not Sign.ANY:
            rows.sign_violations[name], code, message = _sign_violations(rows, mapping.column)
            told.append((name, code, message))
    return told


def _sign_violations(rows: ParsedRows, column: Column) -> tuple[Mask, str, str]:
    figures = rows.numbers(column.field)
    if column.sign is Sign.PERCENT:
        return (figures < 0) | (figures > 100), "E112", "百分比应在0到100之间。请核对后改正。"
    if column.sign is Sign.POSITIVE:
        return figures <= 0, "E111", f"“{column.label}”应大于零。请核对后改正。"
    if column.sign is Sign.NOT_NEGATIVE:
        return figures < 0, "E111", f"“{column.label}”不应为负。请核对后改正。"
    return figures < 0, "W301", f"“{column.label}”为负。若是退税、更正或冲回，请确认；否则请改正。"
