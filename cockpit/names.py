"""Names that people give: their own, a scenario's, a wall's. One place says how long they may be and of what."""

from __future__ import annotations

import re
import unicodedata

from cockpit.errors import UsageError
from cockpit.printable import has_unprintable

#: Who publishes demonstration data.
DEMONSTRATION = "演示"
#: Characters of the name of a person, of a wall screen, of a scenario or policy, and of an account or token.
MAX_PERSON, MAX_WALL, MAX_SCENARIO, MAX_ACCOUNT = 40, 40, 60, 40


def person_name(text: str) -> str:
    """Return the name of who publishes, withdraws or saves. Raises ``UsageError`` as ``_checked``."""
    return _checked(text, "姓名", MAX_PERSON)


def wall_name(text: str) -> str:
    """Return the name of a wall screen. Raises ``UsageError`` as ``_checked``."""
    return _checked(text, "大屏名称", MAX_WALL)


def scenario_name(text: str) -> str:
    """Return the name of a scenario. Raises ``UsageError`` as ``_checked``."""
    return _checked(text, "方案名称", MAX_SCENARIO)


def account_name(text: str) -> str:
    """Return the name of an account. Raises ``UsageError`` as ``_checked``, and for a space or comma, which separate names."""
    name = _checked(unicodedata.normalize("NFKC", text), "账号名称", MAX_ACCOUNT)
    if re.search(r"[\s,、;]", name):
        raise UsageError(f"账号名称“{name}”里有空格、逗号、顿号或分号，请去掉后再试。")
    return name


def token_name(text: str) -> str:
    """Return the name of an account's token. Raises ``UsageError`` as ``_checked``."""
    return _checked(text, "令牌名称", MAX_ACCOUNT)


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
