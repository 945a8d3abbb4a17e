"""Writes the documents that follow from the code; a test fails when one is stale. Run: python -m docs.generate"""

from __future__ import annotations

from pathlib import Path

from cockpit.catalogue.metrics import METRICS
from cockpit.contracts.columns import Column, Kind, Sign
from cockpit.contracts.finding_codes import FINDING_CODES, severity_of
from cockpit.contracts.sheets import SHEETS
from cockpit.district.terms import LevelTerms
from layouts.glossary.page import formula_text

_FOLDER = Path(__file__).parent
_CELLS = {
    Kind.CODE: "18位，设为文本格式",
    Kind.INDUSTRY: "GB/T 4754 代码，2—4位",
    Kind.TOWN: "本区的镇街，全称、简称或代码",
    Kind.CHAIN: "本区的产业链",
    Kind.CHAIN_OR_ALL: "本区的产业链，或 全部",
    Kind.SCOPE: "全区、一个镇街或一条产业链",
    Kind.METRIC: "指标名称，见[指标口径](metrics.md)",
    Kind.FLAG: "是、否",
    Kind.MONTH: "月份，如 2023-01、2023年1月",
    Kind.YEAR: "年份，如 2023",
    Kind.DATE: "日期，如 2023-01-16",
    Kind.MONEY: "数",
    Kind.NUMBER: "数",
    Kind.COUNT: "数",
}
_SIGNS = {
    Sign.NOT_NEGATIVE: "，不能为负",
    Sign.POSITIVE: "，大于零",
    Sign.WARN_NEGATIVE: "，负数（退税、冲减）会提醒",
    Sign.PERCENT: "，0—100",
}


def metrics_text() -> str:
    """Build docs/metrics.md from the catalogue."""
    head = (
        "# 指标口径\n\n由 `cockpit/catalogue/metrics.py` 生成（`python -m docs.generate`），请勿手改。\n\n"
        "| 指标 | 代码 | 存储单位 | 显示单位 | 公式 | 按企业 | 按时间 | 口径 | 来源 |\n|---|---|---|---|---|---|---|---|---|\n"
    )
    rows = [
        f"| {m.name} | `{m.key}` | {m.unit} | {'、'.join(s.unit for s in m.scales)} | {formula_text(m.formula)} "
        f"| {m.over_firms} | {m.over_months} | {m.definition_for(LevelTerms())} | {m.source} |\n"
        for m in METRICS.values()
    ]
    return head + "".join(rows)


def workbook_text() -> str:
    """Build docs/workbook.md from the contracts of the sheets."""
    head = (
        "# 工作簿怎么填\n\n由 `cockpit/contracts/sheets.py` 生成（`python -m docs.generate`），请勿手改。\n\n"
        "一个 Excel 文件，下面的表有几张算几张；也可以一张表一个 CSV 文件，以表名命名。表名、列名照写，列的先后不限；"
        "列名括号里的单位可以换成同类的（如 亿元、公顷），会自动换算，并在预览里说明。"
        "**加粗**的列合起来认定一行：同一行再报一次，就替换原来的。\n\n"
        "填好后先检查：`cli.py check 报表.xlsx`，它按表、行、列说明哪里不对、怎么改。\n"
    )
    return head + "".join(
        f"\n## {sheet.title}\n\n| 列 | 必填 | 怎么写 |\n|---|---|---|\n" + "".join(map(_column_row, sheet.columns))
        for sheet in SHEETS
    )


def _column_row(column: Column) -> str:
    name = f"**{column.header}**" if column.key else column.header
    cell = "、".join(column.choices) if column.choices else _CELLS.get(column.kind, "文字")
    return f"| {name} | {'是' if column.required else ''} | {cell}{_SIGNS.get(column.sign, '')} |\n"


def findings_text() -> str:
    """Build docs/findings.md from the contract of the findings."""
    head = (
        "# 检查发现\n\n由 `cockpit/contracts/finding_codes.py` 生成（`python -m docs.generate`），请勿手改。\n\n"
        "错误：这一批不能发布。提醒：核对后加 `--accept-warnings` 才发布。告知：不用处理。\n\n"
        "| 代码 | 级别 | 名称 | 什么时候出现 | 例子 | 怎么办 |\n|---|---|---|---|---|---|\n"
    )
    rows = [
        f"| {code} | {severity_of(code).label} | {f.title} | {f.when} | {f.example} | {f.advice} |\n"
        for code, f in FINDING_CODES.items()
    ]
    return head + "".join(rows)


#: What each generated document must hold.
DOCUMENTS = {"metrics.md": metrics_text, "workbook.md": workbook_text, "findings.md": findings_text}

if __name__ == "__main__":
    for name, build in DOCUMENTS.items():
        (_FOLDER / name).write_text(build(), encoding="utf-8")
