"""Writes docs/metrics.md from the catalogue; a test fails when the file is stale. Run: python -m docs.generate"""

from __future__ import annotations

from pathlib import Path

from cockpit.catalogue.metrics import METRICS
from cockpit.district.terms import LevelTerms
from layouts.glossary.page import formula_text

FILE = Path(__file__).parent / "metrics.md"


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


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
