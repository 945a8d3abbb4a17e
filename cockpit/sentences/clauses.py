"""Clauses, and how they are joined: a subject that was named just before isn't named again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """A statement on a subject: 塘栖 + 增长最快（+9.9%）. ``also``: whether 也 leads the predicate after the same subject."""

    subject: str
    predicate: str
    also: bool = True

    def __str__(self) -> str:
        """Return the statement as text."""
        return self.subject + self.predicate


def join_clauses(clauses: Iterable[Clause | str | None], separator: str = "；") -> str:
    """Join what is said; ``None`` and '' say nothing. 甲最高；甲提高最多 becomes 甲最高，也提高最多."""
    text, subject = "", ""
    for clause in clauses:
        if not clause:
            continue
        own = clause.subject if isinstance(clause, Clause) else ""
        if isinstance(clause, Clause) and own and own == subject:
            text += f"，{'也' if clause.also else ''}{clause.predicate}"
        else:
            text += f"{separator if text else ''}{clause}"
        subject = own
    return text
