"""Lines of the log: one a record, however long or hostile what it quotes; a traceback is indented below its line."""

from __future__ import annotations

import logging

from cockpit.printable import printable

#: Characters of a record's message, and of its traceback, whose end says what happened.
_MAX_MESSAGE, _MAX_TRACEBACK = 1_000, 12_000
_MAX_LINE = 500


class LogFormatter(logging.Formatter):
    """Formats a record as ``time level logger message``; control characters are escaped, so nothing quoted begins a line."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the record's line."""
        record.message = printable(_cut(record.message, _MAX_MESSAGE))
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:
        """Return the traceback, each line indented and cut."""
        text = super().formatException(ei)  # type: ignore[arg-type]
        lines = text[-_MAX_TRACEBACK:].split("\n")
        return "\n".join(f"    {printable(_cut(line, _MAX_LINE))}" for line in lines)


def configure_logging(level: str) -> None:
    """Send every record of ``level`` and above to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(LogFormatter())
    logging.basicConfig(level=level, handlers=[handler])


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…（共 {len(text)} 字）"
