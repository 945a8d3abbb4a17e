"""What a password has to be: long, mixed, and none that is tried first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from cockpit.errors import UsageError

#: Characters of a password; more than the most would only make hashing slow.
MIN_LENGTH, MAX_LENGTH = 10, 128
MIN_CLASSES = 3
#: So many of an account's passwords can't be chosen again.
REMEMBERED = 5
_MIN_DISTINCT = 5
#: Shorter names and stems are part of many good passwords by chance.
_MIN_STEM = 4
#: Characters that stand for letters in well-known passwords (P@ssw0rd).
_LETTERS = str.maketrans("@4310$5!7", "aaeiossit")


def check_password(password: str, account: str, common: Collection[str], terms: Collection[str] = ()) -> None:
    """Raise ``UsageError`` for a password that breaks a rule; the sentence lists every rule that it breaks.

    ``common``: well-known passwords in lower case. ``terms``: names that attackers of this district try, as its own.
    """
    faults = list(_faults(password, account, common, terms))
    if faults:
        raise UsageError(f"这个密码不能用：{'；'.join(faults)}。")


def _faults(password: str, account: str, common: Collection[str], terms: Collection[str]) -> Iterator[str]:
    if len(password) < MIN_LENGTH:
        yield f"只有{len(password)}个字符，至少要{MIN_LENGTH}个"
    if len(password) > MAX_LENGTH:
        yield f"有{len(password)}个字符，最多{MAX_LENGTH}个"
    if _classes(password) < MIN_CLASSES:
        yield f"大写字母、小写字母、数字、其他字符里至少要有{MIN_CLASSES}种"
    if len(set(password)) < _MIN_DISTINCT:
        yield f"不同的字符太少，至少要有{_MIN_DISTINCT}个不同的"
    folded = fold(password)
    names = {fold(name) for name in (account, *terms)}
    if any(len(name) >= _MIN_STEM and name in folded for name in names):
        yield "不能含账号或本地的名称"
    if any(stem in common for stem in _stems(folded)):
        yield "是常见密码，或常见密码加几个字符，很容易被猜中"


def fold(text: str) -> str:
    """Return the text as it is compared: without differences of case and width, and without what no database stores."""
    return unicodedata.normalize("NFKC", text).casefold().encode("utf-8", "replace").decode().replace("\0", "?")


def _classes(password: str) -> int:
    kinds = {"upper" if c.isupper() else "lower" if c.islower() else "digit" if c.isdecimal() else "other" for c in password}
    return len(kinds)


def _stems(folded: str) -> set[str]:
    """Return the password, and what it was made of if somebody only replaced or added characters."""
    plain = re.sub(r"[\W_]+", "", folded)
    stems = {re.sub(r"^[^a-z]+|[^a-z]+$", "", text) for text in (folded, folded.translate(_LETTERS), plain)}
    stems |= {stem.translate(_LETTERS) for stem in stems} | {re.sub(r"[^a-z]+", "", stem) for stem in stems}
    return {folded, plain} | {stem for stem in stems if len(stem) >= _MIN_STEM}
