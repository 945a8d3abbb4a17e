"""Values that a column's sign forbids (E111, E112) or makes doubtful (W301)."""

from __future__ import annotations

from cockpit.contracts.columns import Column, Sign
from data.loaders.headers.header_text import NUMERIC
from data.loaders.parsed_rows import ParsedRows
from data.loaders.sources.cell import BoolArray


def check_signs(rows: ParsedRows) -> list[tuple[str, str, str]]:
    """Mark the values that violate their column's sign; return field, code and message of each column with a sign."""
    checked = []
    for name, mapping in rows.mappings.items():
        if mapping.column.kind in NUMERIC and mapping.column.sign is not Sign.ANY:
            rows.sign_violations[name], code, message = _sign_violations(rows, mapping.column)
            checked.append((name, code, message))
    return checked


def _sign_violations(rows: ParsedRows, column: Column) -> tuple[BoolArray, str, str]:
    values = rows.numbers(column.field)
    if column.sign is Sign.PERCENT:
        return (values < 0) | (values > 100), "E112", "百分比应在0到100之间。请核对后改正。"
    if column.sign is Sign.POSITIVE:
        return values <= 0, "E111", f"“{column.label}”应大于零。请核对后改正。"
    if column.sign is Sign.NOT_NEGATIVE:
        return values < 0, "E111", f"“{column.label}”不应为负。请核对后改正。"
    return values < 0, "W301", f"“{column.label}”为负。若是退税、更正或冲回，请确认；否则请改正。"
