"""What the checks of a source find: one ``Finding`` a fault, with its location and advice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from cockpit.contracts.finding_codes import FINDING_CODES, Severity, severity_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    ``row`` is the row as Excel numbers it (for CSV the line, for a query the row of its result, both
    counted with the header as row 1); ``column`` the header without line breaks, ``letter`` its Excel
    letter. Findings about a whole file or sheet leave the finer fields ``None``. ``number``: of findings that this one stands
    for, where there are too many to list them.
    """

    code: str
    sheet: str | None
    row: int | None
    column: str | None
    letter: str | None
    value: str | None
    message: str
    number: int = 1

    @property
    def severity(self) -> Severity:
        """Severity by the code's first letter."""
        return severity_of(self.code)

    @property
    def location(self) -> str:
        """Where: 月度经营 第8行 B列; empty for a whole file."""
        return "".join((self.sheet or "", f" 第{self.row}行" if self.row else "", f" {self.letter}列" if self.letter else ""))

    def as_dict(self) -> dict[str, Any]:
        """Convert to the JSON form ``{code, severity, sheet, row, column, letter, value, message}``."""
        fields = asdict(self)
        del fields["number"]
        return {"code": fields.pop("code"), "severity": str(self.severity), **fields}


_MOST_ROWS = 6
_MONTH = re.compile(r"\d{4}-\d{2}")


def summarize_findings(findings: Iterable[Finding], most: int) -> list[str]:
    """Format lines for a reader: a line a code, and below it one a sheet and column with its number, rows and an example.

    ``most``: columns that are listed of a code; the most severe codes come first.
    """
    groups: dict[str, dict[tuple[str, str], _Group]] = {}
    for finding in findings:
        position = (finding.sheet or "整个文件", _column_or_month(finding))
        groups.setdefault(finding.code, {}).setdefault(position, _Group(finding.message)).add(finding)
    lines = []
    for code in sorted(groups, key=lambda c: ("EWN".index(c[0]), c)):
        positions = groups[code]
        number = sum(group.number for group in positions.values())
        kind = FINDING_CODES[code]
        lines.append(f"{code} {severity_of(code).label}：{kind.title}（{number:,}处）")
        for (sheet, column), group in list(positions.items())[:most]:
            lines.append(f"    {' '.join(t for t in (sheet, column) if t)}{group.text}")
        if len(positions) > most:
            lines.append(f"    …… 还有{len(positions) - most}列，加 --json 查看全部")
    return lines or ["没有发现问题。"]


def _column_or_month(finding: Finding) -> str:
    """Return the column; of a finding about none, the month that its message names, so that months are told apart."""
    if finding.column:
        return f"{finding.column}（{finding.letter}列）" if finding.letter else finding.column
    month = _MONTH.search(finding.message) if finding.row is None else None
    return month[0] if month else ""


class _Group:
    """Findings of one code about one column: how many, the first rows, and the first message."""

    def __init__(self, message: str) -> None:
        self.number = 0
        self._message, self._rows = message, list[int]()

    def add(self, finding: Finding) -> None:
        self.number += finding.number
        if finding.row and len(self._rows) < _MOST_ROWS and finding.row not in self._rows:
            self._rows.append(finding.row)

    @property
    def text(self) -> str:
        """Say the rows and the message; of several findings their number, and the first message as an example."""
        rows = (
            f" 第{'、'.join(str(row) for row in self._rows)}{'…' if self.number > len(self._rows) else ''}行"
            if self._rows
            else ""
        )
        if self.number == 1:
            return f"{rows}：{self._message}"
        return f"{rows}，{self.number:,}处，如：{self._message}"
