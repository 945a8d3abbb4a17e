"""Copies the published months and register of a database into a facts engine, as a data centre would write them."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sqlalchemy import select

from cockpit.cube.cube import DIMENSIONS, MEASURES
from data.database.engine import open_engine, upgrade_schema
from data.database.tables import enterprise, monthly
from data.facts.firm_files import FirmFiles
from data.facts.refresh import refresh
from data.facts.tables import MEASURE_FIELDS, UNKNOWN
from data.facts.writer import FIRM_COLUMNS, FactsWriter


def register_of(engine, codes=None):
    """Map code -> row of the register; missing texts are UNKNOWN."""
    with engine.connect() as connection:
        rows = [dict(r) for r in connection.execute(select(enterprise)).mappings()]
    for row in rows:
        for name in ("stage", "role"):
            row[name] = row[name] or UNKNOWN
        day = row["founded_on"]
        row["founded_on"] = day and day.year * 10000 + day.month * 100 + day.day
        row["platform_member"] = None if row["platform_member"] is None else int(row["platform_member"])
        row["division"] = row["industry_code"][:2]
    return {r["credit_code"]: r for r in rows if codes is None or r["credit_code"] in codes}


def months_of(engine, number, areas):
    """Map month -> rows of the facts; ``areas``: town -> its top-level area, where that isn't the town itself."""
    register, facts = register_of(engine), {}
    with engine.connect() as connection:
        for r in connection.execute(select(monthly).order_by(monthly.c.month, monthly.c.credit_code)).mappings():
            firm = register[r["credit_code"]]
            dimensions = [areas.get(firm["town"], firm["town"]), *(firm[name] for name in DIMENSIONS)]
            row = (r["month"], r["credit_code"], number, *dimensions, r["span"], *(r[name] for name in MEASURE_FIELDS))
            facts.setdefault(r["month"], []).append(row)
    return facts


def copy(source, target, *, months=None, codes=None, shards=None, areas=()):
    """Write one version: all months (or these; () = only the register), all firms (or these). Returns its number."""
    writer = FactsWriter(target, shards)
    every = months_of(source, writer.number, dict(areas))
    selected = sorted(every) if months is None else months
    for month in selected:
        writer.month(month, [every.get(month, [])])
    register = register_of(source, codes)
    writer.firms([(r["credit_code"], writer.number, 1, *(r[n] for n in FIRM_COLUMNS[3:])) for r in register.values()])
    return writer.finish(selected)


def follow(own, facts):
    """Refresh, and lose the column files at once: they are created again when they are needed."""
    with TemporaryDirectory() as folder:
        return refresh(own, facts, FirmFiles(Path(folder), facts))


@contextmanager
def own_database(path):
    """Create an empty database of the cockpit."""
    engine = open_engine(f"sqlite:///{path}")
    upgrade_schema(engine)
    yield engine
    engine.dispose()


def same_cube(actual, expected):
    """Assert equal cubes: money and flags exactly, other values but for the order in which they were added."""
    assert actual.months == expected.months
    dimensions = [sorted(zip(*(c.cells[d] for d in DIMENSIONS), strict=True)) for c in (actual, expected)]
    assert dimensions[0] == dimensions[1]
    first, second = (np.array(c.cells.sort_values(list(DIMENSIONS)).index) for c in (actual, expected))
    for measure, (stored, _) in MEASURES.items():
        a, b = actual.values[measure][first], expected.values[measure][second]
        if stored.endswith("_fen"):
            np.testing.assert_array_equal(a, b, measure)
        else:
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-9, err_msg=measure)
    np.testing.assert_array_equal(actual.span[first], expected.span[second])
    assert firms(actual) == firms(expected)


def firms(cube):
    cells = list(zip(*(cube.cells[d] for d in DIMENSIONS), strict=True))
    lines = zip(cube.firm_cell, cube.firm_land, cube.present, strict=True)
    return sorted((cells[cell], land, there.tobytes()) for cell, land, there in lines)
