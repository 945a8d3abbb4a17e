"""The public notice (公示名单) of an evaluation as a workbook: the list, each group's scores, and the rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from cockpit import formatting
from cockpit.district import District
from cockpit.errors import UsageError
from cockpit.evaluation.engine import Evaluation
from cockpit.evaluation.listing import listing, order_of
from cockpit.evaluation.policy import Group, Indicator, Level, Policy
from cockpit.evaluation.record import Record

_HEAD = PatternFill("solid", fgColor="FFE9EDF3")
_EDGE = Border(bottom=Side("thin", color="FFCBD3DF"))
_LIST = (("序号", 7), ("企业名称", 34), ("统一社会信用代码", 22), ("所属镇街", 12), ("评价类型", 10), ("综合得分", 10),
         ("位次", 8), ("评价等级", 10), ("备注", 36), ("说明", 70))  # fmt: skip
_BASELINES = {"ratio": "合计之比", "mean": "平均值", "best": "最优值"}


def save_notice(file: Path, evaluation: Evaluation, record: Record | None, district: District) -> None:
    """Write the notice to a file; see ``notice``."""
    try:
        file.write_bytes(notice(evaluation, record, district))
    except OSError as error:
        raise UsageError(f"公示名单存不到 {file}：{error.strerror}。请检查路径、权限，以及文件是否正在别处打开。") from error


def notice(evaluation: Evaluation, record: Record | None, district: District) -> bytes:
    """The workbook's bytes. Without a ``record`` it is marked 试算，未发布; demonstration figures are marked so."""
    book = Workbook(write_only=True)
    rows = listing(evaluation, district)
    rows.sort(key=lambda r: ([g.key for g in evaluation.policy.groups].index(r["group"]), order_of(r["grade"]), r["rank"]))
    heading = _heading(evaluation, record, district)
    _list_sheet(book, heading, rows, {r.group.key: len(r.rows) for r in evaluation.groups})
    for group in evaluation.policy.groups:
        _scores_sheet(book, group, [r for r in rows if r["group"] == group.key])
    _rule_sheet(book, evaluation.policy, record)
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def _heading(evaluation: Evaluation, record: Record | None, district: District) -> list[str]:
    policy = evaluation.policy
    mark = "（演示数据）" if district.demonstration else ""
    state = "试算结果，未发布"
    if record is not None:
        when = formatting.local_time(record.published_at)
        state = f"评价记录{record.id} · 数据版本{record.data_version} · {when} {record.published_by} 发布"
    return [f"{district.name}{policy.year}年度工业企业亩均效益综合评价结果公示{mark}", f"{policy.name} · {state}"]


def _list_sheet(book: Workbook, heading: Sequence[str], rows: Iterable[dict[str, Any]], sizes: dict[str, int]) -> None:
    sheet = book.create_sheet("公示名单")
    _widths(sheet, [width for _, width in _LIST])
    sheet.freeze_panes = "C5"
    sheet.append([_cell(sheet, heading[0], bold=True, size=16)])
    sheet.append([_cell(sheet, heading[1])])
    sheet.append([])
    sheet.append([_head(sheet, name) for name, _ in _LIST])
    for number, row in enumerate(rows, 1):
        place = f"{row['rank']}/{sizes[row['group']]}"
        cells = [number, row["name"], row["code"], row["town"], row["group"], _two(row["score"]), place, row["grade"]]
        sheet.append([_cell(sheet, value) for value in (*cells, row["reason"], row["explanation"])])


def _scores_sheet(book: Workbook, group: Group, rows: Iterable[dict[str, Any]]) -> None:
    """Value, baseline and score of each indicator."""
    sheet = book.create_sheet(f"{group.key}得分明细"[:31])
    fixed = ["统一社会信用代码", "企业名称", "基本得分", "加分", "扣分", "综合得分", "位次", "评价等级"]
    _widths(sheet, [22, 34, *[10] * 6, *[16] * (3 * len(group.indicators))])
    sheet.freeze_panes = "C2"
    heads = [f"{i.name}{part}" for i in group.indicators for part in (f"（{i.unit}）", "基准值", f"得分（{i.weight:f}分）")]
    sheet.append([_head(sheet, name) for name in (*fixed, *heads)])
    for row in rows:
        cells = [row["code"], row["name"], _two(row["base_score"]), row["bonus"], row["malus"], _two(row["score"])]
        cells += [row["rank"], row["grade"]]
        for indicator in group.indicators:
            told = row["indicators"][indicator.key]
            cells += [_four(told["value"]), _four(told["baseline"]), _two(told["score"])]
        sheet.append([_cell(sheet, value) for value in cells])


def _rule_sheet(book: Workbook, policy: Policy, record: Record | None) -> None:
    sheet = book.create_sheet("评价办法")
    _widths(sheet, [22, 120])
    lines = [("名称", policy.name), ("来源", policy.source), *(("说明", a) for a in policy.assumptions)]
    for group in policy.groups:
        lines += [(f"{group.key}指标", indicator_words(i)) for i in group.indicators]
        lines.append((f"{group.key}分档", _cut_words(group)))
    lines += [("不定等级", f"{e.name}：{e.mark}") for e in policy.exemptions]
    if record is not None:
        lines.append(("办法文件指纹（SHA-256）", record.policy_sha256))
    for name, words in lines:
        sheet.append([_cell(sheet, name, bold=True), _cell(sheet, words)])


def indicator_words(indicator: Indicator) -> str:
    """An indicator's rule in words: 亩均税收（30分）= 评价税收 ÷ 用地面积，基准值为…，封顶…"""
    cap = f"，最高{float(indicator.weight) * indicator.cap:g}分" if indicator.cap is not None else "，不封顶"
    return (
        f"{indicator.name}（{indicator.weight:f}分，{indicator.unit}）= {indicator.numerator} ÷ {indicator.denominator}，"
        f"基准值为{_level_words(indicator.baseline)}{cap}"
    )


def _level_words(level: Level) -> str:
    if level.value is not None:
        return f"{level.value:g}"
    year, over = "上年" if level.year == "last" else "", "同行业" if level.over == "industry" else "本组"
    return f"{year}{over}{_BASELINES[level.of]}{f'的{level.factor:g}倍' if level.factor != 1 else ''}"


def _cut_words(group: Group) -> str:
    parts = []
    if group.cuts.quotas:
        q = group.cuts.quotas
        parts.append(f"A类前{q['A']:f}%，B类到{q['B']:f}%，C类到{q['C']:f}%，其余D类")
    if group.cuts.scores:
        s = group.cuts.scores
        parts.append(f"A类不低于{s['A']:g}分，B类不低于{s['B']:g}分，C类不低于{s['C']:g}分")
    return "；".join(parts)


def _widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    for index, width in enumerate(widths):
        letters = ""
        at = index + 1
        while at:
            at, rest = divmod(at - 1, 26)
            letters = chr(65 + rest) + letters
        sheet.column_dimensions[letters].width = width


def _cell(sheet: Worksheet, value: Any, *, bold: bool = False, size: int = 11) -> WriteOnlyCell:
    """A cell; text stays text even where it looks like a formula."""
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    if bold or size != 11:
        cell.font = Font(bold=bold, size=size)
    return cell


def _head(sheet: Worksheet, name: str) -> WriteOnlyCell:
    cell = _cell(sheet, name, bold=True)
    cell.fill, cell.border = _HEAD, _EDGE
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def _two(value: float | None) -> float | None:
    return None if value is None else float(formatting.rounded(value, 2))


def _four(value: float | None) -> float | None:
    return None if value is None else float(formatting.rounded(value, 4))
