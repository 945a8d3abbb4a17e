"""Clauses, and how they are joined: a subject or attribute that was named just before isn't named again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """A statement: the ``subject`` 塘栖, its ``attribute`` 亩均税收 ('' = clear without it), and the ``predicate`` 最高（36.70）.

    ``also``: whether 也 leads the predicate after the same subject.
    """

    subject: str
    predicate: str
    attribute: str = ""
    also: bool = True

    def __str__(self) -> str:
        """Return the statement as text."""
        return f"{self.subject}{self.attribute}{self.predicate}"


def join_clauses(clauses: Iterable[Clause | str | None], separator: str = "；") -> str:
    """Join what is said; ``None`` and '' say nothing.

    甲最高；甲提高最多 becomes 甲最高，也提高最多, and 甲占比最高，乙占比最低 becomes 甲占比最高，乙最低.
    """
    text, before = "", Clause("", "")
    for clause in clauses:
        if not clause:
            continue
        own = clause if isinstance(clause, Clause) else Clause("", clause)
        attribute = own.attribute if own.attribute != before.attribute else ""
        if own.subject and own.subject == before.subject:
            text += f"，{attribute}{'也' if own.also else ''}{own.predicate}"
        else:
            text += f"{separator if text else ''}{own.subject}{attribute}{own.predicate}"
        before = own
    return text
