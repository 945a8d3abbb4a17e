"""Queries about one enterprise: its months, and the source of each of its rows."""

from __future__ import annotations

from datetime import UTC

from sqlalchemy import Connection, Text, and_, cast, literal, select, union_all

from cockpit.cube.cube import stored
from cockpit.enterprise_file import MONTH_MEASURES, EnterpriseFile, Origin
from data.database import reader
from data.database.tables import CURRENT, batch, batch_sheet, enterprise, evaluation_input, monthly


def enterprise_file(connection: Connection, code: str) -> EnterpriseFile | None:
    """Read the file of the enterprise ``code``; ``None`` when it isn't in the register. Two statements.

    Monthly values are in the catalogue's units, NaN where nothing was reported.
    """
    origins = _origins(connection, code)
    if not any(o.table == enterprise.name for o in origins):
        return None
    columns = [monthly.c[stored(name)[0]].label(name) for name in MONTH_MEASURES]
    rows = select(monthly.c.month, monthly.c.span, *columns).where(monthly.c.credit_code == code).order_by(monthly.c.month)
    types = {"month": "int64", "span": "int64", **dict.fromkeys(MONTH_MEASURES, "float64")}
    months = reader.read_frame(connection, rows, types)
    for name in MONTH_MEASURES:
        months[name] /= stored(name)[1]
    return EnterpriseFile(code, months, origins)


def _origins(connection: Connection, code: str) -> tuple[Origin, ...]:
    """Read batch, sheet and row number of every current row of the enterprise, and of the projects that it invests in."""
    remediation, project = CURRENT["remediation"], CURRENT["project"]
    own_name = select(enterprise.c.name).where(enterprise.c.credit_code == code).scalar_subquery()
    sources = [
        (enterprise, literal(""), enterprise.c.credit_code == code),
        (monthly, cast(monthly.c.month, Text), monthly.c.credit_code == code),
        (evaluation_input, cast(evaluation_input.c.year, Text), evaluation_input.c.credit_code == code),
        (remediation, remediation.c.kind, remediation.c.credit_code == code),
        (project, project.c.project_no, project.c.investor == own_name),
    ]
    rows = union_all(
        *(
            select(literal(t.name).label("name"), cast(key, Text).label("key"), t.c.batch_id, t.c.source_row).where(is_own)
            for t, key, is_own in sources
        )
    ).subquery()
    in_sheet = and_(batch_sheet.c.batch_id == rows.c.batch_id, batch_sheet.c.table_name == rows.c.name)
    statement = (
        select(rows, batch_sheet.c.sheet, batch.c.name.label("file"), batch.c.published_by, batch.c.published_at)
        .select_from(rows.join(batch, batch.c.id == rows.c.batch_id).outerjoin(batch_sheet, in_sheet))
        .order_by(rows.c.name, rows.c.key)
    )
    return tuple(
        Origin(r.name, r.key, r.sheet or "", r.source_row, r.batch_id, r.file, r.published_by, r.published_at.replace(tzinfo=UTC))
        for r in connection.execute(statement)
    )
