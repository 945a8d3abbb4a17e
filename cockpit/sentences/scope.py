"""What a sentence is about, by name: every filter of the selection, the months, and what is compared."""

from __future__ import annotations

from cockpit.calendar import months as m
from cockpit.catalogue.dimensions import industry_name
from cockpit.district.district import District
from cockpit.selection import Selection

#: Why a value or growth differs from the plain one, said wherever it stands alone.
COMPARABLE = "可比口径"


def scope_name(selection: Selection, district: District, *, whole: bool = False, short: bool = False) -> str:
    """Name all filters in one run: 南苑街道、塘栖镇生物医药化学原料和化学制品制造业; '' without any, or the ``whole``'s term.

    ``short``: towns by their short names, as on a wall.
    """
    parts = (
        district.town_names(selection.towns, short=short),
        "、".join(district.chain(c).name for c in selection.chains),
        "、".join(selection.stages),
        "、".join(industry_name(i) for i in selection.industries),
    )
    return "".join(parts) or (district.terms.whole if whole else "")


def comparable_note(*, is_comparable: bool) -> str:
    """Return what follows a value or growth of 可比口径; '' for all enterprises, as where there is nothing to compare with."""
    return f"（{COMPARABLE}）" if is_comparable else ""


def month_name(month: int, *, with_year: bool) -> str:
    """Name a month: 2022年3月, or 3月 where the year is clear."""
    return f"{m.year_of(month)}年{m.number_of(month)}月" if with_year else f"{m.number_of(month)}月"
