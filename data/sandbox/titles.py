"""Titles of sheets and names of files as people write them: which sheet of the specification is meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_MAX_LENGTH = 120
# What stands around a title and says nothing about it: dates, marks of copies and versions, separators.
_DECORATIONS = re.compile(
    r"""[(\[](?:\d{1,3})[)\]]                                          # (1), as browsers and Excel number copies
    |附[件表]?\d{0,2}|^第?(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?=[、.．:）)]|$)|^表\d{1,2}|表$
    |copyof|copy|的?(?:副本|复件|拷贝)|复制
    |20\d{2}[-_./年]?(?:1[0-2]|0?[1-9])(?:[-_./月][0-3]?\d日?|[0-3]\d)?(?![\d月])
    |20\d{2}(?:年度?)?
    |\d{1,2}(?:[-—–~至到]\d{1,2})?月份?|[一二三四五六七八九十]{1,2}月份|\d{1,2}日
    |第?[1-4一二三四]季度?|[上下]半年|前三季度|全年|[本当]月|本年
    |(?:最终|最新|修改|修订|更新|新)[版稿]?|定稿|终稿|v\d{1,3}(?:\.\d{1,3})*
    |[-_—–~·、,.:+()\[\]]""",
    re.VERBOSE,
)


def plain_title(title: str) -> str:
    """Normalize a title for comparison: without spaces, in half width and lower case."""
    return "".join(unicodedata.normalize("NFKC", title[: 4 * _MAX_LENGTH]).split()).casefold()


def find_title(name: str, titles: Iterable[str]) -> str | None:
    """Return which of the titles a sheet's or file's name means; ``None`` for another sheet.

    Understood are dates around the title, and marks of a copy and of a version: ``2023年1月月度经营(1)``, ``副本月度经营``,
    ``月度经营 - 副本``, ``月度经营-最终版``.
    """
    plain = plain_title(name)
    if len(plain) > _MAX_LENGTH:
        return None
    for title in titles:
        before, match, after = plain.partition(plain_title(title))
        if match and not _DECORATIONS.sub("", before) and not _DECORATIONS.sub("", after):
            return title
    return None
