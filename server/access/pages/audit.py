"""The audit, for the auditor: filters, pages, a workbook, the check of the chain. Looking at it is itself recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import Flask, Response, request

from cockpit.access.audit import ACTION_LABELS, RESULT_LABELS, AuditAction, AuditEntry, Detail, Result
from cockpit.access.quotas import QuotaKind
from cockpit.calendar.clock import day_begins
from cockpit.errors import UsageError
from data.access.audit.audit_workbook import record_texts
from data.access.audit.export import export_selected
from data.access.audit.search import AuditFilter, find_records
from data.access.audit.verification import verification_text, verify_recorded
from data.access.limits import quotas
from data.database.transactions import utc_now
from layouts.access.audit import AuditView, audit_body
from server.access.pages.desk import Desk, attempt, workbook

_ADDRESS, _TITLE = "/admin/audit", "审计"
_FILE, _VERIFY = f"{_ADDRESS}/records.xlsx", f"{_ADDRESS}/verify"
_PER_PAGE = 100
_COLUMNS = ("序号", "时间（北京）", "账号", "地址", "操作", "对象", "范围", "结果", "其他")
_ONE_DAY, _MOMENT = timedelta(days=1), "%Y-%m-%dT%H:%M:%S"
_MAX_TEXT = 80


@dataclass(frozen=True)
class _Fields:
    """The filter as it was entered: days as yyyy-mm-dd, the keys of an action and a result."""

    since: str
    until: str
    account: str
    action: str
    result: str

    def filter(self) -> AuditFilter:
        """Return the filter of whole days in Beijing. Raises ``UsageError`` for what is no day, or no action or result."""
        since, until = (_day(text) for text in (self.since, self.until))
        if since and until and since > until:
            raise UsageError("开始日期晚于结束日期。请对调或改正。")
        if self.action not in ("", *AuditAction) or self.result not in ("", *Result):
            raise UsageError("没有这种操作或结果。请从列表里选。")
        return AuditFilter(
            day_begins(since).strftime(_MOMENT) if since else "",
            (day_begins(until + _ONE_DAY) - timedelta(seconds=1)).strftime(_MOMENT) if until else "",
            self.account,
            (AuditAction(self.action),) if self.action else (),
            Result(self.result) if self.result else None,
        )

    def described(self) -> Mapping[Detail, str]:
        """Return what the audit records of the filter."""
        action = ACTION_LABELS[AuditAction(self.action)] if self.action else ""
        result = RESULT_LABELS[Result(self.result)] if self.result else ""
        texts = [f"{name}={text}" for name, text in (("账号", self.account), ("操作", action), ("结果", result)) if text]
        return {Detail.SINCE: self.since, Detail.UNTIL: self.until, Detail.FILTER: "、".join(texts)}

    def query(self, **more: str) -> str:
        """Return the filter as the query of an address."""
        own = {"since": self.since, "until": self.until, "account": self.account, "action": self.action, "result": self.result}
        return urlencode({name: text for name, text in (own | more).items() if text})


@dataclass(frozen=True)
class AuditPage:
    """The page, its workbook and the check."""

    desk: Desk

    def add(self, server: Flask) -> None:
        """Add the routes to ``server``."""
        server.add_url_rule(_ADDRESS, "admin-audit", self.show)
        server.add_url_rule(_FILE, "admin-audit-file", self.file)
        server.add_url_rule(_VERIFY, "admin-audit-verify", self.verify, methods=["POST"])

    def show(self) -> Response:
        """Show a page of the records that the filter selects."""
        return attempt(self._records, self._again)

    def _records(self) -> Response:
        fields, before = _fields(), max(request.args.get("before", 0, type=int), 0)
        which = fields.filter()
        self._record("查看", fields)
        records = find_records(self.desk.store.audit, which, limit=_PER_PAGE + 1, before=before)
        page = records[:_PER_PAGE]
        earlier = f"{_ADDRESS}?{fields.query(before=str(page[-1].number))}" if len(records) > _PER_PAGE else ""
        texts = [record_texts(record) for record in page]
        rows = [[row[column] for column in _COLUMNS] for row in texts]
        newest = f"{_ADDRESS}?{fields.query()}" if before else ""
        return self._page(fields, rows=rows, earlier=earlier, newest=newest)

    def _again(self, fault: str, status: int) -> Response:
        return self._page(_fields(), fault=fault, status=status)

    def _page(
        self,
        fields: _Fields,
        *,
        rows: list[list[str]] | None = None,
        earlier: str = "",
        newest: str = "",
        fault: str = "",
        verified: str = "",
        status: int = 200,
    ) -> Response:
        view = AuditView(
            self.desk.csrf_token(),
            _COLUMNS,
            rows,
            {name: getattr(fields, name) for name in ("since", "until", "account", "action", "result")},
            [(action.value, label) for action, label in ACTION_LABELS.items()],
            [(result.value, label) for result, label in RESULT_LABELS.items()],
            f"{_FILE}?{fields.query()}",
            earlier,
            newest,
            verified,
        )
        return self.desk.page(_ADDRESS, _TITLE, audit_body(view), fault=fault, status=status)

    def _record(self, what: str, fields: _Fields) -> None:
        entry = AuditEntry(utc_now(), self.desk.actor(), AuditAction.AUDIT, what, detail=fields.described())
        self.desk.store.audit.record(entry)

    def file(self) -> Response:
        """Hand out the workbook of the records that the filter selects."""

        def export() -> Response:
            fields, store, now = _fields(), self.desk.store, utc_now()
            which = fields.filter()
            quotas.take(store.engine, QuotaKind.EXPORT, self.desk.session().account.name, now)
            content = export_selected(store.audit, which, fields.described(), self.desk.actor(), now)
            return workbook(content, "audit.xlsx")

        return attempt(export, self._again)

    def verify(self) -> Response:
        """Check the whole chain and show what that came to."""
        check = verify_recorded(self.desk.store.audit, self.desk.actor(), utc_now())
        text = verification_text(check)
        if check.fault is not None:
            return self._page(_fields(), fault=text)
        return self._page(_fields(), verified=text)


def _fields() -> _Fields:
    texts = (request.args.get(name, "").strip()[:_MAX_TEXT] for name in ("since", "until", "account", "action", "result"))
    return _Fields(*texts)


def _day(text: str) -> date | None:
    """Parse a day; the year 9999 has no next one."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        day_begins(day + _ONE_DAY)
    except (ValueError, OverflowError) as error:
        raise UsageError("日期不对。请写成 2026-12-01 的样子。") from error
    return day
