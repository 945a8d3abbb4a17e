"""What the readings of whole sentences share: months by their names, rows under the filters, changes by hand."""

from __future__ import annotations

import math
import re

from tests.oracle import shift, span
from tests.unit.sentences.checks import is_shown

_MONTHS = re.compile(r"(?:(\d{4})年)?(?:(\d+)月?)?(?:—(?:(\d{4})年)?(\d+)月)?")


def match(form, text):
    """The groups of a sentence that has this form from its first to its last character."""
    matched = re.fullmatch(form, text)
    assert matched, f"“{text}” has not the form {form}"
    return matched.groupdict()


def named_months(text):
    """The months that a label names: 2022年, 2022年1—2月、4—6月, 2021年7月—2022年6月."""
    months, year = [], ""
    for part in text.split("、"):
        first_year, first, last_year, last = _MONTHS.fullmatch(part).groups()
        year = first_year or year
        start = f"{year}-{int(first or 1):02d}"
        year = last_year or year
        end = f"{year}-{int(last or first or 12):02d}"
        months += span(start, end)
    return months


def period_months(ctx):
    """The months of the period as the sheets write them."""
    return [f"{month // 100}-{month % 100:02d}" for month in ctx.period.months]


def base_months(ctx):
    """The months that the period is compared with; ``None`` without a comparison."""
    months = period_months(ctx)
    if ctx.compare == "yoy":
        return [shift(month, -12) for month in months]
    if ctx.compare == "mom" and len(months) < 12:
        return [shift(month, -len(months)) for month in months]
    return None


def sheet(ctx, title, **columns):
    """The rows of a sheet whose cells are among those allowed; an empty tuple allows all."""
    rows = ctx.repository.sheets.get(title, [])
    return [row for row in rows if all(not allowed or row.get(column) in allowed for column, allowed in columns.items())]


def town_names(ctx):
    """The selected towns as the sheets write them."""
    return tuple(ctx.district.town(key).name for key in ctx.selection.towns)


def chain_names(ctx):
    """The selected chains as the sheets write them."""
    return tuple(ctx.district.chain(key).name for key in ctx.selection.chains)


def growth(now, base):
    """The change of a value, as a fraction; NaN without a base above zero."""
    if math.isnan(now) or math.isnan(base) or base <= 0:
        return math.nan
    return now / base - 1


def assert_verb(text, change, *, up="增长", points=False):
    """A change said in words: 增长3.0%, 下降1.2个百分点, 持平."""
    parts = match(rf"(?P<verb>{up}|下降|持平)(?:(?P<shown>[\d.,]+)(?:%|个百分点))?", text)
    percent = abs(change) * 100
    if parts["verb"] == "持平":
        assert percent <= 0.05 + 1e-9, f"{text}: {change}"
        return
    assert (parts["verb"] == "下降") == (change < 0), f"{text}: {change}"
    assert is_shown(percent, parts["shown"]), f"{text}: {change}"
    assert points == text.endswith("个百分点"), text
