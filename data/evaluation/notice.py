"""The public notice (公示名单) of an evaluation as a workbook: list and rule; for the office each group's scores, too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cockpit import formatting
from cockpit.district.district import District
from cockpit.errors import UsageError
from cockpit.evaluation.grading.engine import Evaluation
from cockpit.evaluation.policy.description import describe_policy
from cockpit.evaluation.policy.policy import GRADES, EvaluationGroup, Policy
from cockpit.evaluation.results.evaluated_firms import grade_code
from cockpit.evaluation.results.export_rows import export_rows
from cockpit.evaluation.results.record import EvaluationRecord

_HEAD = PatternFill("solid", fgColor="FFE9EDF3")
_LINE = Side("thin", color="FFCBD3DF")
_GRID = Border(_LINE, _LINE, _LINE, _LINE)
_LEFT, _MIDDLE = Alignment(vertical="center", wrap_text=True), Alignment("center", "center", wrap_text=True)
_ACROSS = Alignment("centerContinuous", "center")
_SCORE, _VALUE, _PLAIN = "0.00", "#,##0.0000", "General"
_A4 = 9
_AREA = "所属区域"
#: Heading, width, number format, alignment of each column of the list; 所属区域 is replaced by the district's own term.
_LIST = (
    ("序号", 6, _PLAIN, _MIDDLE),
    ("企业名称", 32, _PLAIN, _LEFT),
    ("统一社会信用代码", 21, _PLAIN, _MIDDLE),
    (_AREA, 11, _PLAIN, _MIDDLE),
    ("评价类型", 9, _PLAIN, _MIDDLE),
    ("评价等级", 9, _PLAIN, _MIDDLE),
    ("综合得分", 9, _SCORE, None),
    ("本组位次", 9, _PLAIN, _MIDDLE),
    ("备注", 34, _PLAIN, _LEFT),
)


def save_notice(file: Path, evaluation: Evaluation, record: EvaluationRecord | None, district: District) -> None:
    """Write the notice to a file; see ``build_notice``. ``UsageError`` when the file can't be written."""
    try:
        file.write_bytes(build_notice(evaluation, record, district))
    except OSError as error:
        raise UsageError(f"公示名单存不到 {file}：{error.strerror}。请检查路径、权限，以及文件是否正在别处打开。") from error


def build_notice(evaluation: Evaluation, record: EvaluationRecord | None, district: District) -> bytes:
    """Build the workbook, as bytes. Without a ``record`` it is marked 试算，未发布; demonstration data are marked, too.

    It has no firm's tax, value added or energy per mu: see ``build_scores``.

    Firms stand by group, grade and rank, those without a grade after D.
    """
    return _build(evaluation, record, district, is_internal=False)


def build_scores(evaluation: Evaluation, record: EvaluationRecord | None, district: District) -> bytes:
    """Build the notice with each firm's values and scores beside it: no matter for the public, so marked 内部资料."""
    return _build(evaluation, record, district, is_internal=True)


def _build(evaluation: Evaluation, record: EvaluationRecord | None, district: District, *, is_internal: bool) -> bytes:
    book = Workbook(write_only=True)
    rows = export_rows(evaluation, district)
    groups = [g.key for g in evaluation.policy.groups]
    rows.sort(key=lambda r: (groups.index(r["group"]), grade_code(r["grade"]), r["rank"], r["code"]))
    heading = _heading(evaluation, record, district, is_internal=is_internal)
    by_group = {key: [r for r in rows if r["group"] == key] for key in groups}
    _list_sheet(
        book,
        f"所属{district.terms.part}" if district.is_flat else _AREA,
        [*heading, *(_describe_counts(key, own) for key, own in by_group.items())],
        rows,
    )
    for group in evaluation.policy.groups if is_internal else ():
        _scores_sheet(book, heading, group, by_group[group.key])
    _rule_sheet(book, heading, evaluation.policy, record)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _heading(evaluation: Evaluation, record: EvaluationRecord | None, district: District, *, is_internal: bool) -> list[str]:
    """Return the title line, and the line with the policy and the record that the list is based on."""
    policy = evaluation.policy
    mark = "（演示数据）" if district.demonstration else ""
    state = "试算结果，未发布"
    if record is not None:
        when = formatting.format_local_time(record.published_at)
        state = f"评价记录{record.id} · 数据版本{record.data_version} · {when} {record.published_by} 发布"
    what = "名单及得分明细（内部资料，不对外公示）" if is_internal else "公示名单"
    return [f"{district.name}{policy.year}年度工业企业亩均效益综合评价结果{what}{mark}", f"依据：{policy.name} · {state}"]


def _describe_counts(group: str, rows: Sequence[dict[str, Any]]) -> str:
    """Describe the number of firms by grade: 规上656家：A类126家，B类253家……"""
    counts = Counter(row["grade"] for row in rows)
    marks = sorted(set(counts) - set(GRADES))
    texts = [f"{g}类{counts[g]}家" for g in GRADES] + [f"{mark}{counts[mark]}家" for mark in marks]
    return f"{group}{len(rows)}家：{'，'.join(texts)}"


def _list_sheet(book: Workbook, area_heading: str, heading: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    sheet = book.create_sheet("公示名单")
    head = len(heading) + 1
    _set_up(sheet, [width for _, width, _, _ in _LIST], head, heading[0])
    sheet.freeze_panes = f"C{head + 1}"
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(len(_LIST))}{head + len(rows)}"
    for number, line in enumerate(heading):
        first = _cell(sheet, line, _ACROSS, size=16 if number == 0 else 10, bold=number == 0)
        sheet.append([first, *(_cell(sheet, None, _ACROSS) for _ in _LIST[1:])])
    sheet.append([_head(sheet, area_heading if name == _AREA else name) for name, *_ in _LIST])
    for number, row in enumerate(rows, 1):
        values = [number, row["name"], row["code"], row["town"], row["group"], row["grade"]]
        values += [_rounded(row["score"], 2), row["rank"], row["reason"]]
        cells = zip(values, _LIST, strict=True)
        sheet.append([_body(sheet, value, number_format, aligned) for value, (_, _, number_format, aligned) in cells])


def _scores_sheet(book: Workbook, heading: Sequence[str], group: EvaluationGroup, rows: Sequence[dict[str, Any]]) -> None:
    """Add the sheet of a group: value, baseline and score of each indicator, and the sentence that explains the grade."""
    title = re.sub(r"[\[\]:*?/\\']", " ", group.key)[:25]
    sheet = book.create_sheet(f"{title}得分明细")
    fixed = ["统一社会信用代码", "企业名称", "基本得分", "加分", "扣分", "综合得分", "本组位次", "评价等级"]
    heads = [
        f"{i.name}{part}" for i in group.indicators for part in (f"（{i.unit}）", "基准值", f"得分（{i.weight.normalize():f}分）")
    ]
    _set_up(sheet, [21, 32, *[10] * 6, *[16, 13, 12] * len(group.indicators), 80], 1, heading[0], fit=False)
    sheet.print_title_cols = "A:B"
    sheet.freeze_panes = "C2"
    sheet.append([_head(sheet, name) for name in (*fixed, *heads, "说明")])
    formats = [_PLAIN, _PLAIN, *[_SCORE] * 4, _PLAIN, _PLAIN, *[_VALUE, _VALUE, _SCORE] * len(group.indicators), _PLAIN]
    for row in rows:
        cells = [row["code"], row["name"], *(_rounded(row[n], 2) for n in ("base_score", "bonus", "malus", "score"))]
        cells += [row["rank"], row["grade"]]
        for indicator in group.indicators:
            result = row["indicators"][indicator.key]
            levels = [None if result[n] is None else indicator.to_display(result[n]) for n in ("value", "baseline")]
            cells += [*(_rounded(v, 4) for v in levels), _rounded(result["score"], 2)]
        sheet.append([_body(sheet, v, f) for v, f in zip((*cells, row["explanation"]), formats, strict=True)])


def _rule_sheet(book: Workbook, heading: Sequence[str], policy: Policy, record: EvaluationRecord | None) -> None:
    sheet = book.create_sheet("评价办法")
    _set_up(sheet, [24, 110], 1, heading[0])
    sheet.append([_head(sheet, "项目"), _head(sheet, "内容")])
    lines = describe_policy(policy)
    if record is not None:
        lines.append(("办法文件指纹（SHA-256）", record.policy_sha256))
    for name, text in lines:
        sheet.append([_body(sheet, name, aligned=_LEFT), _body(sheet, text, aligned=_LEFT)])


def _set_up(sheet: Worksheet, widths: Sequence[float], head: int, title: str, *, fit: bool = True) -> None:
    """Set column widths, and for the printer A4 landscape, the heading on each page, page numbers; ``fit``: one page wide."""
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.row_dimensions[head].height = 32
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    if fit:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_options.horizontalCentered = fit
    sheet.print_title_rows = f"{head}:{head}"
    sheet.oddFooter.left.text = title.replace("&", "&&")
    sheet.oddFooter.right.text = "第 &P 页，共 &N 页"


def _cell(sheet: Worksheet, value: Any, aligned: Alignment | None, *, size: int = 11, bold: bool = False) -> WriteOnlyCell:
    """Make a cell; text stays text even where it looks like a formula."""
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    if bold or size != 11:
        cell.font = Font(bold=bold, size=size)
    if aligned is not None:
        cell.alignment = aligned
    return cell


def _body(sheet: Worksheet, value: Any, number_format: str = _PLAIN, aligned: Alignment | None = None) -> WriteOnlyCell:
    cell = _cell(sheet, value, aligned)
    cell.border = _GRID
    if number_format != _PLAIN:
        cell.number_format = number_format
    return cell


def _head(sheet: Worksheet, name: str) -> WriteOnlyCell:
    cell = _cell(sheet, name, _MIDDLE, bold=True)
    cell.fill, cell.border = _HEAD, _GRID
    return cell


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else float(formatting.round_half_up(value, digits))
