"""Pages are written in a district's words (镇街, 全区, 本区); a province or a country says its own, in this one place."""

from __future__ import annotations

from typing import Any

from cockpit.district.areas import LevelTerms

DISTRICT = LevelTerms()


def in_words(text: str, words: LevelTerms) -> str:
    """A text with what the level's areas and the whole are called in place of a district's words."""
    if words == DISTRICT:
        return text
    for said, wanted in zip(_all(DISTRICT), _all(words), strict=True):
        text = text.replace(said, wanted)
    return text


def reworded(value: Any, words: LevelTerms) -> Any:
    """Every text of lists and dictionaries in these words; the keys stay."""
    if words == DISTRICT:
        return value
    if isinstance(value, str):
        return in_words(value, words)
    if isinstance(value, dict):
        return {key: reworded(held, words) for key, held in value.items()}
    return [reworded(held, words) for held in value] if isinstance(value, list | tuple) else value


def _all(words: LevelTerms) -> tuple[str, ...]:
    return words.part, words.whole, words.own
