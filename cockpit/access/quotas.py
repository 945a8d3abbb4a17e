"""How often an account may do what costs or takes much (who isn't logged in yet: an address): one table of limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class QuotaKind(StrEnum):
    """What is limited."""

    LOGIN = "login"
    UPLOAD = "upload"
    EXPORT = "export"
    API = "api"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``number`` times within ``period``; ``name`` says what, in a sentence."""

    name: str
    number: int
    period: timedelta


LIMITS: Mapping[QuotaKind, Limit] = {
    QuotaKind.LOGIN: Limit("登录", 300, timedelta(hours=1)),
    QuotaKind.UPLOAD: Limit("上传", 60, timedelta(hours=1)),
    QuotaKind.EXPORT: Limit("导出", 120, timedelta(hours=1)),
    QuotaKind.API: Limit("接口调用", 600, timedelta(minutes=10)),
}
