"""Targets (年度目标): each row states its own unit; values are stored in the unit of their metric."""

from __future__ import annotations

from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.contracts.findings import Finding
from data.loaders.cells.amounts import parse_amount
from data.loaders.cells.units import Unit, parse_unit
from data.loaders.parsed_rows import ParsedRows
from data.loaders.sources.cell import Cell, display_text

_PERCENT = 100  # a percentage is stored as a fraction


def convert_targets(rows: ParsedRows) -> None:
    """Convert 目标值 into the metric's unit, in place; report E104 for a unit of another kind, N204 for a conversion.

    The unit is taken from the value's cell, else from 单位, else from the header; without any, the value is
    in the metric's own unit. 单位 is set to the unit stored. Percentages are stored as fractions.
    """
    if "value" not in rows.mappings or "metric" not in rows.mappings:
        return
    assert rows.raw is not None  # as they are read
    cells = rows.raw["value"]
    for i, (key, value) in enumerate(zip(rows.values["metric"], rows.values["value"], strict=True)):
        if key is not None and value is not None:
            _convert_row(rows, i, METRICS[key], value, cells[i])


def _convert_row(rows: ParsedRows, i: int, metric: Metric, value: float, cell: Cell) -> None:
    stored = parse_unit(metric.unit)
    unit, unit_text = _stated_unit(rows, i, cell)
    if stored is None or (unit_text and (unit is None or unit.family != stored.family)):
        field = "unit" if "unit" in rows.mappings and rows.values["unit"][i] else "value"
        rows.report("E104", i, field, f"“{metric.name}”的单位应为“{metric.unit}”或可换算的单位，这里写的是“{unit_text}”。")
        return
    size = unit.size / stored.size if unit else 1
    rows.values["value"][i] = float(value * size) / (_PERCENT if metric.is_percent else 1)
    rows.values["unit"][i] = metric.unit
    if size != 1:
        mapping, value_text = rows.mappings["value"], display_text(cell)
        message = f"“{metric.name}”的目标按“{unit_text}”读取，已换算成“{metric.unit}”。"
        rows.findings.append(
            Finding("N204", rows.sheet.title, int(rows.row_numbers[i]), mapping.display_name, mapping.letter, value_text, message)
        )


def _stated_unit(rows: ParsedRows, i: int, cell: Cell) -> tuple[Unit | None, str]:
    """Return the unit of a target and the text that states it ("" when none does)."""
    amount = parse_amount(cell) if isinstance(cell, str) else None
    if amount and amount.unit:
        return amount.unit, str(cell).strip()
    if text := rows.values["unit"][i]:
        return parse_unit(text), text
    header = rows.mappings["value"].unit
    return header, "表头单位" if header else ""
