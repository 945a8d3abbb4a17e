"""What cells are resolved against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from cockpit.district.district import District


class NearestNames:
    """Look-up of the name that a misspelt one resembles: a millisecond each, so nonsense gets a limited number."""

    def __init__(self) -> None:
        self._left = 2_000

    def find(self, look_up: Callable[[], str | None]) -> str | None:
        """Return what ``look_up`` finds; ``None`` once there were too many."""
        self._left -= 1
        return look_up() if self._left >= 0 else None


@dataclass(frozen=True, slots=True)
class ParseContext:
    """Data that cells are resolved against: names of the district, and the day of the check.

    ``date1904``: whether the workbook counts dates from 1904.
    """

    district: District
    today: date
    nearest: NearestNames = field(default_factory=NearestNames)
    date1904: bool = False
