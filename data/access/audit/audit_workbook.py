"""Records of the audit as a workbook, in the words of its page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook

from cockpit.access.audit import ACTION_LABELS, DETAIL_LABELS, RESULT_LABELS, AuditAction, AuditRecord, Result
from cockpit.formatting import format_local_time
from data.access.workbook import add_sheet

_COLUMNS = {
    "序号": 8,
    "时间（北京）": 22,
    "时间（带时区）": 34,
    "账号": 18,
    "地址": 16,
    "操作": 14,
    "对象": 28,
    "范围": 18,
    "结果": 8,
    "数据版本": 10,
    "其他": 40,
    "前一条的校验值": 20,
    "校验值": 20,
}


def build_audit_workbook(records: Iterable[AuditRecord]) -> bytes:
    """Build the workbook of these records, as bytes."""
    book = Workbook(write_only=True)
    add_sheet(book, "审计", list(_COLUMNS), list(_COLUMNS.values()), (tuple(record_texts(record).values()) for record in records))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def record_texts(record: AuditRecord) -> dict[str, str]:
    """Describe a record by the titles of the columns; what a later program recorded stands as it is."""
    action = ACTION_LABELS[AuditAction(record.action)] if record.action in list(AuditAction) else record.action
    result = RESULT_LABELS[Result(record.result)] if record.result in list(Result) else record.result
    labels = {detail.value: label for detail, label in DETAIL_LABELS.items()}
    detail = "；".join(f"{labels.get(name, name)}：{value}" for name, value in json.loads(record.detail).items() if value != "")
    when = (format_local_time(datetime.fromisoformat(record.at)), record.at)
    texts = (record.account, record.address, action, record.object, record.scope, result, str(record.data_version), detail)
    return dict(zip(_COLUMNS, (str(record.number), *when, *texts, record.previous, record.hash), strict=True))
