"""What the checks of a source find: one ``Finding`` a fault, with its location and advice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How a finding bears on publishing."""

    ERROR = "error"  # the batch can't be published
    WARNING = "warning"  # published only after the clerk has accepted it
    NOTICE = "notice"  # reported, nothing to do


_BY_INITIAL = {"E": Severity.ERROR, "W": Severity.WARNING, "N": Severity.NOTICE}

#: Code -> short Chinese title, for grouping on screen and in the findings file.
TITLES: dict[str, str] = {
    "E101": "文件无法读取",
    "E102": "缺少必需的列",
    "E103": "必填单元格为空",
    "E104": "表头单位不是同一类",
    "E105": "内容格式不对",
    "E106": "统一社会信用代码有误",
    "E107": "名称不在名单内",
    "E108": "企业不在名录中",
    "E109": "同一表内重复",
    "E110": "日期超出范围",
    "E111": "不应为负或为零",
    "E112": "百分比超出0–100",
    "E113": "日期先后颠倒",
    "W301": "出现负数",
    "W302": "数值突变",
    "W303": "累计数变小",
    "W304": "规上企业缺报",
    "W305": "合计行与明细不符",
    "W306": "用地面积差异大",
    "W307": "指标间关系异常",
    "N201": "写法已规范",
    "N202": "列或工作表已忽略",
    "N203": "合计行已跳过",
    "N204": "单位已换算",
    # While reading.
    "E121": "错误过多，其余未检查",
    "N211": "零日期当作空白",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    ``row`` is the row as Excel numbers it (for CSV the line, for a query the row of its result, both
    counted with the header as row 1); ``column`` the header without line breaks, ``letter`` its Excel
    letter. Findings about a whole file or sheet leave the finer fields ``None``.
    """

    code: str
    sheet: str | None
    row: int | None
    column: str | None
    letter: str | None
    value: str | None
    message: str

    @property
    def severity(self) -> Severity:
        """Severity by the code's first letter."""
        return _BY_INITIAL[self.code[0]]

    @property
    def location(self) -> str:
        """Where: 月度经营 第8行 B列; empty for a whole file."""
        return "".join((self.sheet or "", f" 第{self.row}行" if self.row else "", f" {self.letter}列" if self.letter else ""))

    def as_dict(self) -> dict[str, Any]:
        """Convert to the JSON form ``{code, severity, sheet, row, column, letter, value, message}``."""
        fields = asdict(self)
        return {"code": fields.pop("code"), "severity": str(self.severity), **fields}


SEVERITY_LABELS = {Severity.ERROR: "错误", Severity.WARNING: "提醒", Severity.NOTICE: "告知"}


def summarize_findings(findings: Iterable[Finding], most: int) -> list[str]:
    """Format lines for a reader: findings grouped by code with their number, and the first ``most`` locations of each."""
    numbers: Counter[str] = Counter()
    shown: dict[str, list[Finding]] = {}
    for finding in findings:
        numbers[finding.code] += 1
        if numbers[finding.code] <= most:
            shown.setdefault(finding.code, []).append(finding)
    lines = []
    for code, number in sorted(numbers.items()):
        lines.append(f"{code} {SEVERITY_LABELS[_BY_INITIAL[code[0]]]}：{TITLES[code]}（{number} 处）")
        lines += [f"    {f.location or '整个文件'}  {f.message}" for f in shown.get(code, ())]
        if number > most:
            lines.append(f"    …… 还有 {number - most} 处，加 --json 查看全部")
    return lines or ["没有发现问题。"]
