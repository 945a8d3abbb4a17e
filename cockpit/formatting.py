"""Numbers, changes and dates as Chinese text: the one rounding, on the exact value, for screen and sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache

from cockpit.calendar.dates import format_day
from cockpit.catalogue.formulas import Metric, Scale

MISSING = "—"
MINUS = "\N{MINUS SIGN}"
#: Up to this many last digits a float is off by far less than ``_NEAR_TIE`` of one.
_EXACT, _NEAR_TIE = 1e8, 1e-6
#: The share of what has no value, or of a whole that is nothing.
NO_SHARE = Decimal("NaN")
_BEIJING = timezone(timedelta(hours=8), "北京时间")


#: The unit of a difference of two percentages: in sentences and tooltips, as a heading, and where a card or mark has no room.
POINTS, POINTS_HEADING, POINTS_SHORT = "个百分点", "百分点", "点"
#: Decimals of a contribution to growth, wherever it stands: one number reads the same in a chart and in a sentence.
POINTS_DIGITS = 2


@dataclass(frozen=True, slots=True)
class FormattedValue:
    """A value as shown: ``text`` without unit, ``unit`` beside it (empty when the value is missing).

    As one text the number stands directly before its unit, everywhere: 192.8亿元, 12家.
    """

    text: str
    unit: str

    def __str__(self) -> str:
        return f"{self.text}{self.unit}"


def round_half_up(value: float, digits: int) -> Decimal:
    """Round half away from zero on its shortest decimal form (14.445 -> 14.45 at two digits)."""
    return Decimal(repr(float(value))).quantize(_unit(digits), ROUND_HALF_UP)


@cache
def _unit(digits: int) -> Decimal:
    """Return 10 to the power of -``digits``; cached, since a page needs it more than a thousand times."""
    return Decimal(1).scaleb(-digits)


def scale_for(metric: Metric, values: float | Iterable[float]) -> Scale:
    """Choose the largest unit in which the greatest of ``values`` is at least 1; one unit for a whole column or chart.

    The largest unit when all are zero or missing, the smallest when all are below 1 in every unit.
    """
    numbers = [values] if isinstance(values, int | float) else list(values)
    greatest = max((abs(v) for v in numbers if not math.isnan(v)), default=0.0)
    for scale in metric.scales:
        if greatest >= scale.factor:
            return scale
    return metric.scales[0] if greatest == 0 else metric.scales[-1]


def format_number(value: float, scale: Scale) -> str:
    """Format ``value`` (stored unit) in ``scale``, without unit: one decimal from 10 up, else two, or ``scale.digits``.

    Nothing at all is 0, not 0.00, unless the decimals are fixed.
    """
    if math.isnan(value):
        return MISSING
    shown = value / scale.factor
    if scale.digits is not None:
        return _text(shown, scale.digits)
    if scale.whole or not shown:
        return _text(shown, 0)
    # What two decimals show as 10.00 has one.
    return _text(shown, 1 if abs(shown) >= 10 or (abs(shown) > 9.99 and abs(round_half_up(shown, 2)) >= 10) else 2)


def format_value(metric: Metric, value: float, scale: Scale | None = None) -> FormattedValue:
    """Format a metric's value with its unit: 18992864.24 (万元) -> ``1,899.3`` ``亿元``."""
    if math.isnan(value):
        return FormattedValue(MISSING, "")
    chosen = scale or scale_for(metric, value)
    return FormattedValue(format_number(value, chosen), chosen.unit)


def format_change(fraction: float, *, is_percent: bool) -> str:
    """Format a change with its sign: ``+7.4%``, or ``−0.01个百分点`` for a metric in %; ``—`` when missing."""
    if math.isnan(fraction):
        return MISSING
    if is_percent:
        return f"{format_signed(fraction * 100, 1 if abs(fraction) >= 0.001 else 2)}{POINTS}"
    return f"{format_signed(fraction * 100, 1)}%"


def format_signed(value: float, digits: int) -> str:
    """Format ``value`` with ``+`` or ``−``; a value that rounds to zero carries no sign."""
    if math.isnan(value):
        return MISSING
    text = _text(value, digits)
    return f"+{text}" if value > 0 and text.strip("0.") else text


def format_percent(fraction: float, digits: int = 1) -> str:
    """Format a fraction: ``0.305`` -> ``30.5%``."""
    return MISSING if math.isnan(fraction) else f"{format_rounded(fraction * 100, digits)}%"


def round_points(value: float) -> Decimal:
    """Round a contribution in percentage points, to the decimals that it has in charts, cards and sentences alike."""
    return round_half_up(value, POINTS_DIGITS)


def format_points(value: float) -> str:
    """Format a contribution in percentage points without its unit, signed: ``+2.95``."""
    return format_signed(value, POINTS_DIGITS)


def percent_gap(fraction: float, other: float) -> Decimal:
    """Return how many percentage points one percentage is above the other, from both as they are shown beside each other."""
    return round_half_up(fraction * 100, 1) - round_half_up(other * 100, 1)


def percent_value(fraction: float) -> FormattedValue:
    """Return a share with its unit apart, as a card shows it: ``30.5`` ``%``; nothing at all is 0."""
    if math.isnan(fraction):
        return FormattedValue(MISSING, "")
    return FormattedValue(format_rounded(fraction * 100, 1) if fraction else "0", "%")


def format_rounded(value: float, digits: int) -> str:
    """Format an amount that is already in the unit shown: ``1,234.5``; ``—`` when missing."""
    return MISSING if math.isnan(value) else _text(value, digits)


def format_count(value: float) -> str:
    """Format a number of things: ``1,234``; ``—`` when missing."""
    return format_rounded(value, 0)


def format_trimmed(value: float, digits: int | None = None) -> str:
    """Format a number without trailing zeros, rounded to ``digits``: by default 4 below 1, 2 below 1000, else none."""
    if math.isnan(value):
        return MISSING
    if digits is None:
        digits = 4 if abs(value) < 1 else 2 if abs(value) < 1000 else 0
    text = f"{round_half_up(value, digits):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown_shares(values: Sequence[float], *, limit: float = math.nan, apart: int | None = None) -> list[Decimal]:
    """Return the percentage of each of ``values`` in their sum as it is shown wherever: all add up to 100.0 (largest remainder).

    ``NO_SHARE`` for NaN, and for all without a positive sum. ``limit``: a percentage; as many digits as it takes for each to be
    seen on its own side of it. ``apart``: the one that is also shown without the others, so rounded for itself; the others
    add up to the rest.
    """
    known = [i for i, value in enumerate(values) if not math.isnan(value)]
    whole = math.fsum(values[i] for i in known)
    if not whole > 0:
        return [NO_SHARE] * len(values)
    exact = [Decimal(repr(float(values[i]))) / Decimal(repr(whole)) * 100 for i in known]
    shown = next((s for digits in (1, 2, 3) if _keeps_sides(exact, s := _to_hundred(exact, digits, known, apart), limit)), None)
    result = dict(zip(known, shown or _to_hundred(exact, 4, known, apart), strict=True))
    return [result.get(i, NO_SHARE) for i in range(len(values))]


def _to_hundred(exact: Sequence[Decimal], digits: int, known: Sequence[int], apart: int | None) -> list[Decimal]:
    alone = known.index(apart) if apart in known else None
    if alone is None:
        return round_to_total(exact, Decimal(100), digits)
    own = exact[alone].quantize(_unit(digits), ROUND_HALF_UP)
    others = round_to_total([*exact[:alone], *exact[alone + 1 :]], 100 - own, digits)
    return [*others[:alone], own, *others[alone:]]


def _keeps_sides(exact: Sequence[Decimal], shown: Sequence[Decimal], limit: float) -> bool:
    """Return whether each share as shown is below ``limit`` exactly where it is."""
    return math.isnan(limit) or all((e < limit) == (s < limit) for e, s in zip(exact, shown, strict=True))


def format_share(shown: Decimal) -> str:
    """Format a share of ``shown_shares``: ``29.8%``; ``—`` when there is none."""
    return MISSING if shown.is_nan() else f"{shown if shown else abs(shown):f}%".replace("-", MINUS)


def round_to_sum(parts: Sequence[float], total: float, digits: int) -> list[float]:
    """Round ``parts`` to ``digits`` so that they add up to ``total`` as rounded."""
    exact = [Decimal(repr(float(p))) for p in parts]
    return [float(part) for part in round_to_total(exact, round_half_up(total, digits), digits)]


def round_to_total(parts: Sequence[Decimal], total: Decimal, digits: int) -> list[Decimal]:
    """Round ``parts`` down to ``digits``, and the largest remainders up until all add up to ``total`` (largest remainder)."""
    unit = _unit(digits)
    floors = [part.quantize(unit, ROUND_FLOOR) for part in parts]
    short = max(int((total - sum(floors, Decimal(0))) / unit), 0)
    up = set(sorted(range(len(parts)), key=lambda i: parts[i] - floors[i], reverse=True)[:short])
    return [floor + unit if i in up else floor for i, floor in enumerate(floors)]


def format_local_time(moment: datetime) -> str:
    """Format a UTC moment in Beijing time: ``2023年1月16日 09:30``."""
    local = moment.astimezone(_BEIJING)
    return f"{format_day(local)} {local:%H:%M}"


def format_local_day(moment: datetime) -> str:
    """Format the day of a UTC moment in Beijing: ``2023年1月16日``."""
    return format_day(moment.astimezone(_BEIJING))


def _text(value: float, digits: int) -> str:
    """Format ``value`` as rounded by ``round_half_up``, thousands grouped, zero without a sign.

    A page writes hundreds: where no tie is near, the float's own rounding gives the same digits in a tenth of the time.
    """
    size = abs(value) * 10.0**digits
    if size < _EXACT and abs(size % 1.0 - 0.5) > _NEAR_TIE:
        text = f"{abs(value):,.{digits}f}"
        return MINUS + text if value < 0 and size > 0.5 else text
    exact = round_half_up(value, digits)
    return f"{exact if exact else abs(exact):,f}".replace("-", MINUS)
