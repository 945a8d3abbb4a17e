"""时尚E家: its records against the register, which says who is a member."""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.contracts.columns import Sheet
from cockpit.contracts.findings import Finding
from cockpit.contracts.published import PublishedData
from cockpit.contracts.sheets import ENTERPRISES, PLATFORM
from data.loaders.checks.checks import EnterpriseRegister


def check_members(sheet: Sheet, register: EnterpriseRegister, published: PublishedData, *, registers: bool) -> Iterator[Finding]:
    """Yield W304 where the platform has records while the register flags no enterprise as a member.

    Nothing tells such a register from one of a district whose platform has no members, so pages would compare none in
    silence. ``registers``: this source has a register, which was checked before its records of the platform.
    """
    if register.has_members or not register.kinds:
        return
    known = not published.rows(PLATFORM.table, None).empty
    if (sheet is ENTERPRISES and known) or (sheet is PLATFORM and not (registers and known)):
        column = ENTERPRISES.column("platform_member")
        message = (
            f"有时尚E家的数据，企业名录里却没有一家企业的“{column.label}”是“是”，发布后“成员与非成员”的比较没有数。"
            f"请在“{ENTERPRISES.title}”里补上这一列（表头写“{column.label}”，填 是、否）。"
        )
        yield Finding("W304", ENTERPRISES.title, None, column.header, None, None, message)
