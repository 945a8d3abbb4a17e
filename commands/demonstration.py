"""`demo`: the sample district of the workbook, or a made-up one of any size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.errors import UsageError
from commands.evaluation import publish_demonstration
from commands.facts import facts_of
from commands.terminal import errors, progress
from commands.workplace import open_workplace, read_file

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cockpit.district.district import District
    from cockpit.settings import Settings

_SAMPLES = Path(__file__).parent.parent / "data" / "demo"


def demonstrate(firms: int, months: int, seed: int) -> None:
    """Fill an empty database; ``firms`` 0: from the sample workbook. Where there are data, nothing is done."""
    from data.publishing.publishing import batches

    settings, engine, district = open_workplace()
    if batches(engine):
        errors.print("数据库已就绪。")
        return
    if firms:
        if not district.demonstration:
            raise UsageError(
                f"区县配置“{settings.district}”没有标明演示数据（demonstration），不能写入合成数据：页面上分不出真假。"
            )
        rows = _made_up(settings, engine, district, firms, months, seed)
        with progress("正在评价"):
            publish_demonstration(engine, settings.district)
        errors.print(f"合成的演示数据已写入（{firms:,} 家，{months} 个月，{rows:,} 行月度数据）。")
        return
    from data.publishing.publishing import publish

    if settings.facts_url:
        raise UsageError(
            "设置了 COCKPIT_FACTS_URL 时，演示数据只能是合成的：加上 --firms 企业数。示例工作簿的月度数据不进事实库。"
        )
    batch = read_file(_sample(district), engine, district)
    with progress("正在载入演示数据") as tell:
        done = publish(engine, batch, who="演示", accept_warnings=True, progress=tell)
        publish_demonstration(engine, settings.district)
    errors.print(f"演示数据已载入（{sum(s.added for s in done.sheets):,} 行）。")


def _sample(district: District) -> Path:
    """The district's sample workbook; ``UsageError`` when it has none."""
    found = sorted(_SAMPLES.glob(f"{district.key}-*.xlsx"))
    if not found:
        raise UsageError(f"“{district.name}”没有示例工作簿，演示数据只能是合成的：加上 --firms 企业数。")
    return found[0]


def _made_up(settings: Settings, engine: Engine, district: District, firms: int, months: int, seed: int) -> int:
    """Write made-up data into the own database, or their months into the facts engine; returns the number of these rows."""
    with progress("正在写入合成数据") as tell:
        if not settings.facts_url:
            from data.synthetic.district import make

            return make(engine, district, firms=firms, months=months, seed=seed, progress=tell)
        from data.database.engine import open_engine
        from data.facts.demonstration import make_facts
        from data.facts.repository import files_of

        reader, writer = facts_of(settings), open_engine(settings.facts_url)
        files = files_of(settings, engine, reader)
        return make_facts(engine, reader, writer, files, district, firms=firms, months=months, seed=seed, progress=tell)
