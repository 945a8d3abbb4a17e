"""`doctor`: check the database and say what to do."""

from __future__ import annotations

from rich.table import Table

from commands.terminal import print_json, screen


def run_doctor(*, repair: bool, as_json: bool) -> bool:
    """Print what was checked; returns whether all is well. ``repair``: first sum damaged months from the monthly rows again."""
    from cockpit.errors import DamagedCubeError
    from cockpit.settings import load_settings
    from data.database import reader
    from data.database.digests import damaged_months
    from data.database.engine import open_engine, read_connection
    from data.diagnosis import diagnose
    from data.publishing.cube_table import rebuild_cube

    engine = open_engine(load_settings().database_url)
    if repair:
        with read_connection(engine) as connection:
            damaged = damaged_months(connection, reader.read_cube(connection))
        try:
            rebuild_cube(engine, damaged)
        except DamagedCubeError as error:
            screen.print(str(error), soft_wrap=True)
    results = list(diagnose(engine))
    if as_json:
        print_json({"ok": all(r.is_well for r in results), "checks": [r.as_dict() for r in results]})
    else:
        table = Table("检查", "结果", "情况", "怎么办")
        for r in results:
            table.add_row(r.name, "正常" if r.is_well else "有问题", r.finding, r.advice)
        screen.print(table)
    return all(r.is_well for r in results)
