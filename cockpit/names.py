"""Names that people give: their own, a scenario's, a wall's. One place says how long they may be and of what."""

from __future__ import annotations

from cockpit.errors import UsageError
from cockpit.printable import has_unprintable

#: Who publishes demonstration data.
DEMONSTRATION = "演示"
#: Characters of the name of a person, of a wall screen, and of a scenario or policy.
MAX_PERSON, MAX_WALL, MAX_SCENARIO = 40, 40, 60


def person_name(text: str) -> str:
    """Return the name of who publishes, withdraws or saves. Raises ``UsageError`` as ``_checked``."""
    return _checked(text, "姓名", MAX_PERSON)


def wall_name(text: str) -> str:
    """Return the name of a wall screen. Raises ``UsageError`` as ``_checked``."""
    return _checked(text, "大屏名称", MAX_WALL)


def scenario_name(text: str) -> str:
    """Return the name of a scenario. Raises ``UsageError`` as ``_checked``."""
    return _checked(text, "方案名称", MAX_SCENARIO)


def _checked(text: str, what: str, most: int) -> str:
    """Return the name without spaces around it; ``UsageError`` for an empty or too long one, or with control characters."""
    name = text.strip()
    if not name:
        raise UsageError(f"请填写{what}（{most}字以内）。")
    if len(name) > most:
        raise UsageError(f"{what}太长（{len(name)}字），请写在{most}字以内。")
    if has_unprintable(name):
        raise UsageError(f"{what}里有换行、制表符或别的控制字符，请去掉后再试。")
    return name
