"""The audit: what is recorded of an action, and the chain of hashes that shows whether a record was changed afterwards.

Record n holds the hash of record n-1; its own hash is the SHA-256 of all its other fields as canonical JSON. Whoever changes one
has to change all after it, and then the heads of the chain that stand outside the database no longer match.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from cockpit.printable import printable

#: Characters of a recorded text that comes from a request.
_MAX_TEXT = 400


class AuditAction(StrEnum):
    """What is recorded."""

    LOGIN = "login"
    LOGOUT = "logout"
    LOCK_OUT = "lock-out"
    REFUSAL = "refusal"
    ACCOUNT = "account"
    ROLES = "roles"
    PASSWORD = "password"
    SECOND_FACTOR = "second-factor"
    SESSION = "session"
    TOKEN = "token"
    UPLOAD = "upload"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    EVALUATE = "evaluate"
    EXPORT = "export"
    REPORT = "report"
    VIEW_FIRM = "view-firm"
    API = "api"
    SETTINGS = "settings"
    WALL = "wall"
    SECRETS = "secrets"
    BACKUP = "backup"
    RESTORE = "restore"
    AUDIT = "audit"


ACTION_LABELS: Mapping[AuditAction, str] = {
    AuditAction.LOGIN: "登录",
    AuditAction.LOGOUT: "退出",
    AuditAction.LOCK_OUT: "锁定",
    AuditAction.REFUSAL: "拒绝",
    AuditAction.ACCOUNT: "账号变更",
    AuditAction.ROLES: "角色变更",
    AuditAction.PASSWORD: "密码变更",
    AuditAction.SECOND_FACTOR: "动态验证码变更",
    AuditAction.SESSION: "会话变更",
    AuditAction.TOKEN: "接口令牌变更",
    AuditAction.UPLOAD: "上传",
    AuditAction.PUBLISH: "发布",
    AuditAction.WITHDRAW: "撤回",
    AuditAction.EVALUATE: "评价",
    AuditAction.EXPORT: "导出",
    AuditAction.REPORT: "报告",
    AuditAction.VIEW_FIRM: "查看企业",
    AuditAction.API: "接口调用",
    AuditAction.SETTINGS: "设置",
    AuditAction.WALL: "大屏",
    AuditAction.SECRETS: "密钥轮换",
    AuditAction.BACKUP: "备份",
    AuditAction.RESTORE: "恢复",
    AuditAction.AUDIT: "查看审计",
}


class Result(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


RESULT_LABELS: Mapping[Result, str] = {Result.DONE: "完成", Result.REFUSED: "拒绝", Result.FAILED: "失败"}


class Detail(StrEnum):
    """What else an action leaves in its record: never a figure or a secret."""

    CHANGE = "change"
    REASON = "reason"
    ROLES = "roles"
    SHEETS = "sheets"
    PERMISSIONS = "permissions"
    DAYS = "days"
    FILTER = "filter"
    SINCE = "since"
    UNTIL = "until"
    ROWS = "rows"
    SHA256 = "sha256"
    ARCHIVE = "archive"
    RECORD = "record"
    PROVIDER = "provider"


DETAIL_LABELS: Mapping[Detail, str] = {
    Detail.CHANGE: "变更",
    Detail.REASON: "原因",
    Detail.ROLES: "角色",
    Detail.SHEETS: "填报的表",
    Detail.PERMISSIONS: "权限",
    Detail.DAYS: "有效天数",
    Detail.FILTER: "筛选",
    Detail.SINCE: "从",
    Detail.UNTIL: "到",
    Detail.ROWS: "行数",
    Detail.SHA256: "文件的 SHA-256",
    Detail.ARCHIVE: "存档文件",
    Detail.RECORD: "第几条",
    Detail.PROVIDER: "登录方式",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from which address."""

    account: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An action to be recorded. ``at``: UTC, with or without its offset."""

    at: datetime
    actor: Actor
    action: AuditAction
    object: str = ""
    scope: str = ""
    result: Result = Result.DONE
    detail: Mapping[Detail, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """A record of the chain, as stored. ``detail``: JSON."""

    number: int
    at: str
    account: str
    address: str
    action: str
    object: str
    scope: str
    result: str
    data_version: int
    detail: str
    previous: str
    hash: str


#: Names of the fields of a record, in stored order.
RECORD_FIELDS = tuple(one.name for one in fields(AuditRecord))


@dataclass(frozen=True, slots=True)
class ChainPoint:
    """The hash that the chain has at a record; number 0 is its start."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first record that isn't as it was written, and what is wrong."""

    record: int
    message: str


def chain_start(chain: str) -> ChainPoint:
    """Return where the chain of this name starts."""
    return ChainPoint(0, hashlib.sha256(chain.encode()).hexdigest())


def link(entry: AuditEntry, head: ChainPoint, data_version: int) -> AuditRecord:
    """Make the record that follows ``head``. Texts are cut, and control characters in them written out."""
    values: dict[str, Any] = {
        "number": head.number + 1,
        "at": (entry.at if entry.at.tzinfo else entry.at.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="microseconds"),
        "account": _clean(entry.actor.account),
        "address": _clean(entry.actor.address),
        "action": entry.action.value,
        "object": _clean(entry.object),
        "scope": _clean(entry.scope),
        "result": entry.result.value,
        "data_version": data_version,
        "detail": _canonical({k.value: _clean(v) if isinstance(v, str) else v for k, v in entry.detail.items()}),
        "previous": head.hash,
    }
    return AuditRecord(**values, hash=_digest(values))


def _clean(text: str) -> str:
    return printable(text.encode("utf-8", "replace").decode()[:_MAX_TEXT])


def _canonical(values: Mapping[str, Any]) -> str:
    """Write values as JSON in the one form that is hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _digest(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(values).encode()).hexdigest()


def digest_of(record: AuditRecord) -> str:
    """Compute the hash that a record with these fields has."""
    return _digest({name: getattr(record, name) for name in RECORD_FIELDS if name != "hash"})


class ChainCheck:
    """Check records in the order of their numbers, part by part, against each other and against ``anchors``.

    ``start``: the point that the first record follows. ``anchors``: points that were written outside the database.
    ``fault`` is the first one, ``None`` while there is none; ``records`` how many were read.
    """

    def __init__(self, start: ChainPoint, anchors: Sequence[ChainPoint] = ()) -> None:
        self.last, self.records = start, 0
        self.fault: ChainFault | None = None
        self._anchored = {point.number: point.hash for point in anchors}
        self._sure = start.number

    def read(self, records: Iterable[AuditRecord]) -> None:
        """Check the records that come next."""
        for record in records:
            self.records += 1
            if self.fault is None:
                self.fault = self._fault(record)
                self.last = ChainPoint(record.number, record.hash)

    def finish(self, head: ChainPoint) -> None:
        """Check that the chain ends at ``head``, and no earlier than its anchors say."""
        end = max(head.number, *self._anchored, 0)
        if self.fault is None and self.last.number < end:
            self.fault = ChainFault(self.last.number + 1, f"第{self.last.number + 1}条起的记录被截掉，应到第{end}条")
        if self.fault is None and self.last.number > head.number:
            self.fault = ChainFault(head.number + 1, f"第{head.number + 1}条起的记录是多出来的")
        if self.fault is None and self.last != head:
            self.fault = ChainFault(self.last.number, f"第{self.last.number}条与链头不一致，记录或链头被改动")

    def _fault(self, record: AuditRecord) -> ChainFault | None:
        expected = self.last.number + 1
        if record.number > expected:
            return ChainFault(expected, f"第{expected}条记录被删去")
        if record.number < expected:
            return ChainFault(record.number, f"第{record.number}条记录是多出来的")
        if record.hash != digest_of(record):
            return ChainFault(expected, f"第{expected}条记录的内容被改动")
        if record.previous != self.last.hash:
            return ChainFault(expected, f"第{expected}条记录接不上前一条：被调换、插入或改写")
        if self._anchored.get(expected, record.hash) != record.hash:
            first = self._sure + 1
            return ChainFault(first, f"第{first}—{expected}条中有记录被改写，与库外留存的链头不一致")
        if expected in self._anchored:
            self._sure = expected
        return None
