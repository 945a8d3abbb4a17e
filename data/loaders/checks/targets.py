"""Targets: what unit a value is in stands in a column of its own, and the value is stored in the metric's unit."""

from __future__ import annotations

from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.contracts.findings import Finding
from data.loaders.cells.amounts import parse_amount
from data.loaders.cells.units import Unit, parse_unit
from data.loaders.rows import ParsedRows
from data.loaders.sources.grid import Cell, display_text

_PERCENT = 100  # a percentage is stored as a fraction


def convert_targets(rows: ParsedRows) -> None:
    """Bring 目标值 into the metric's stored unit, in place; E104 for a unit of another kind, N204 for a conversion.

    The unit stands beside the value in its cell, else in 单位, else in the header; without any, the value is
    in the metric's own unit. 单位 afterwards says the unit stored.
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
    given, named = _stated(rows, i, cell)
    if stored is None or (named and (given is None or given.family != stored.family)):
        at = "unit" if "unit" in rows.mappings and rows.values["unit"][i] else "value"
        rows.report("E104", i, at, f"“{metric.name}”的单位应为“{metric.unit}”或可换算的单位，这里写的是“{named}”。")
        return
    size = given.size / stored.size if given else 1
    rows.values["value"][i] = float(value * size) / (_PERCENT if metric.is_percent else 1)
    rows.values["unit"][i] = metric.unit
    if size != 1:
        mapping, told = rows.mappings["value"], display_text(cell)
        message = f"“{metric.name}”的目标按“{named}”读取，已换算成“{metric.unit}”。"
        rows.findings.append(
            Finding("N204", rows.sheet.title, int(rows.row_numbers[i]), mapping.display_name, mapping.letter, told, message)
        )


def _stated(rows: ParsedRows, i: int, cell: Cell) -> tuple[Unit | None, str]:
    """The unit of a target and how it is called; ("" when none is stated)."""
    amount = parse_amount(cell) if isinstance(cell, str) else None
    if amount and amount.unit:
        return amount.unit, str(cell).strip()
    if word := rows.values["unit"][i]:
        return parse_unit(word), word
    header = rows.mappings["value"].unit
    return header, "表头单位" if header else ""
