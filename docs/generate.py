"""Writes docs/metrics.md from the catalogue and docs/findings.md from the contract; a test fails when one is stale.

Run: python -m docs.generate
"""

from __future__ import annotations

from pathlib import Path

from cockpit.catalogue.metrics import METRICS
from cockpit.contracts.finding_codes import FINDING_CODES, severity_of
from cockpit.district.terms import LevelTerms
from layouts.glossary.page import formula_text

FILE = Path(__file__).parent / "metrics.md"
FINDINGS_FILE = Path(__file__).parent / "findings.md"


def text() -> str:
    """Build the whole file from the catalogue."""
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


def findings_text() -> str:
    """Build the list of findings from the contract."""
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


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    FINDINGS_FILE.write_text(findings_text(), encoding="utf-8")
