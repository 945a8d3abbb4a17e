"""What publishing and withdrawing answer: row counts, a preview, and the records of batches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.publishing.month_figures import MonthFigures


@dataclass(frozen=True, slots=True)
class SheetCount:
    """Row counts of a batch for one sheet."""

    table: str
    sheet: str
    added: int
    replaced: int
    unchanged: int

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {f: getattr(self, f) for f in ("sheet", "table", "added", "replaced", "unchanged")}


@dataclass(frozen=True, slots=True)
class Publication:
    """The result of publishing; ``batch_id`` and ``version`` are None when nothing changed, ``message`` says why.

    ``notes``: what becomes of the published evaluations of the years that it changes.
    """

    batch_id: int | None
    version: int | None
    sheets: tuple[SheetCount, ...]
    message: str
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        head = {"published": self.batch_id is not None, "batch": self.batch_id, "version": self.version}
        return {**head, "message": self.message, "notes": list(self.notes), "sheets": [s.as_dict() for s in self.sheets]}


@dataclass(frozen=True, slots=True)
class BatchPreview:
    """What publishing would change: row counts, months, and 规上 output and tax of these months (万元, None = no
    enterprise has a value) before and after.

    ``newest``: the newest month afterwards, and the months that it is compared with. ``notes`` as in ``Publication``.
    """

    sheets: tuple[SheetCount, ...]
    months: tuple[int, ...]
    before: dict[str, float | None]
    after: dict[str, float | None]
    newest: tuple[MonthFigures, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A batch with its row counts, as the list of batches shows it; times are UTC."""

    id: int
    name: str
    sha256: str
    published_by: str
    published_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    sheets: tuple[SheetCount, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form; times are ISO 8601 with offset."""
        return {
            "batch": self.id,
            "file": self.name,
            "sha256": self.sha256,
            "status": "withdrawn" if self.withdrawn_at else "published",
            "published_by": self.published_by,
            "published_at": self.published_at.isoformat(),
            "withdrawn_by": self.withdrawn_by,
            "withdrawn_at": self.withdrawn_at.isoformat() if self.withdrawn_at else None,
            "sheets": [s.as_dict() for s in self.sheets],
        }


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The result of withdrawing batch ``batch_id``; ``notes``: what becomes of evaluations that were made from it."""

    batch_id: int
    version: int
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"batch": self.batch_id, "withdrawn": True, "version": self.version, "notes": list(self.notes)}
