"""Count of findings by kind: beyond some thousand of one kind they are counted, not listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from cockpit.contracts.findings import Finding

#: Findings listed of one code and column: who mends these, mends the rest.
MOST_OF_A_KIND = 20_000


class FindingKind(NamedTuple):
    """What findings that are counted together have in common."""

    code: str
    sheet: str | None
    column: str | None
    letter: str | None


class FindingTally:
    """Numbers of findings of a source, by kind."""

    def __init__(self) -> None:
        self._listed: Counter[FindingKind] = Counter()
        self._rest: Counter[FindingKind] = Counter()

    def skip(self, kind: FindingKind) -> bool:
        """Return whether enough of a kind are listed; the finding that it is asked for is counted then."""
        full = self._listed[kind] >= MOST_OF_A_KIND
        if full:
            self._rest[kind] += 1
        return full

    def admit(self, finding: Finding) -> bool:
        """Return whether a finding is to be listed, and count it."""
        kind = FindingKind(finding.code, finding.sheet, finding.column, finding.letter)
        if self.skip(kind):
            return False
        self._listed[kind] += 1
        return True

    def rest(self) -> Iterator[Finding]:
        """Yield one finding for each kind of which some are not listed."""
        for kind, number in self._rest.items():
            message = f"同样的问题还有{number:,}处，没有逐条列出。请先改正已列出的，再检查一次。"
            yield Finding(kind.code, kind.sheet, None, kind.column, kind.letter, f"{number}", message, number)
