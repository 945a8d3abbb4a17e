"""Targets: the unit stands in a column of its own, and the value is stored in the metric's unit."""

from __future__ import annotations

from cockpit.findings import Finding
from cockpit.metrics import METRICS
from data.loaders.parsing import Rows
from data.loaders.units import parse_unit


def convert(rows: Rows) -> None:
    """Bring 目标值 into the metric's stored unit (percentages become fractions); E104 for a unit of another kind."""
    if "unit" not in rows.places:
        return
    for i, (key, unit, value) in enumerate(zip(rows.values["metric"], rows.values["unit"], rows.values["value"], strict=True)):
        if key is None or value is None:
            continue
        metric = METRICS[key]
        stored = parse_unit(metric.unit)
        given = parse_unit(unit) if unit else None
        if metric.is_percent:
            rows.values["value"][i] = value / 100
        if unit is None or stored is None or given == stored:
            continue
        if given is None or given.family != stored.family:
            rows.report("E104", i, "unit", f"“{metric.name}”的单位应为“{metric.unit}”或可换算的单位，这里写的是“{unit}”。")
            continue
        if not metric.is_percent:
            rows.values["value"][i] = float(value * given.size / stored.size)
        place = rows.places["value"]
        words = f"“{metric.name}”的目标按“{unit}”读取，已换算成“{metric.unit}”。"
        rows.findings.append(Finding("N204", rows.sheet.title, int(rows.number[i]), place.shown, place.letter, unit, words))
