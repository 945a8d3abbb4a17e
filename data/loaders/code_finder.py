"""The credit code of a known enterprise, for a row whose own code lost its digits."""

from __future__ import annotations

from collections.abc import Mapping

from data.loaders.cells.text import compact

_MIN_DIGITS = 8  # that many first digits are those of half a district


class CodeFinder:
    """Credit codes by name and by their first digits."""

    def __init__(self, names: Mapping[str, str | None]) -> None:
        """``names``: credit code -> name of the enterprise."""
        self._codes: dict[str, list[str]] = {}
        for code, name in names.items():
            self._codes.setdefault(_folded(name or ""), []).append(code)
        self._names = names

    def hint(self, name: str, digits: str) -> str:
        """Return a sentence that offers the code of the enterprise of that name, else the only one with these digits; or ""."""
        codes = self._codes.get(_folded(name), []) if name.strip() else []
        if len(codes) == 1:
            return f"企业名录里“{name.strip()[:40]}”的代码是 {codes[0]}，请核对后填入。"
        # Only a code of digits alone is taken for a number.
        like = [code for code in self._names if code.startswith(digits) and code.isdigit()] if len(digits) > _MIN_DIGITS else []
        if len(like) == 1:
            return f"企业名录里以 {digits} 开头的只有 {like[0]}（{self._names[like[0]]}），请核对后填入。"
        return ""


def _folded(name: str) -> str:
    return compact(name).casefold()
