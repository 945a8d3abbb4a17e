"""`demo`: fill an empty database from the sample workbook, or with synthetic data of any size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.errors import UsageError
from cockpit.names import DEMONSTRATION
from commands.evaluation import publish_demonstration
from commands.facts import configured_facts
from commands.session import open_session, read_file
from commands.terminal import errors, progress_bar

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cockpit.district.district import District
    from cockpit.settings import Settings
    from data.publishing.results import BatchRecord

_SAMPLES = Path(__file__).parent.parent / "data" / "demo"


def fill_demonstration(firms: int, months: int, seed: int) -> None:
    """Fill an empty database with synthetic data, or from the sample workbooks (``firms`` 0); do nothing where there are data.

    One process at a time. What is missing of demonstration data, since an earlier run was stopped, is added.
    Raises ``UsageError`` when the district allows no synthetic data, has no sample, or has its facts in another engine.
    """
    from data.database.transactions import exclusive

    settings, engine, district = open_session()
    with exclusive(engine):
        _fill(settings, engine, district, firms, months, seed)


def _fill(settings: Settings, engine: Engine, district: District, firms: int, months: int, seed: int) -> None:
    from data.publishing.publishing import list_batches

    if batches := list_batches(engine):
        if all(b.published_by == DEMONSTRATION for b in batches) and any(b.withdrawn_at is None for b in batches):
            names = {batch.name for batch in batches}
            samples = _sample_files(district)
            if not names.isdisjoint(file.name for file in samples):
                _load_samples([file for file in samples if file.name not in names], engine, district)
            publish_demonstration(engine, settings.district)
        errors.print(_what_is_there(engine, list_batches(engine)), markup=False, soft_wrap=True)
        return
    if firms:
        if not district.demonstration:
            raise UsageError(
                f"区县配置“{settings.district}”没有标明演示数据（demonstration），不能写入合成数据：页面上分不出真假。"
            )
        rows = _write_synthetic(settings, engine, district, firms, months, seed)
        with progress_bar("正在评价"):
            publish_demonstration(engine, settings.district)
        errors.print(f"合成的演示数据已写入（{firms:,}家，{months}个月，{rows:,}行月度数据）。")
        return
    if settings.facts_url:
        raise UsageError(
            "设置了 COCKPIT_FACTS_URL 时，演示数据只能是合成的：加上 --firms 企业数。示例工作簿的月度数据不进事实库。"
        )
    samples = _sample_files(district)
    if not samples:
        raise UsageError(f"“{district.name}”没有示例工作簿，演示数据只能是合成的：加上 --firms 企业数。")
    rows = _load_samples(samples, engine, district)
    with progress_bar("正在评价"):
        publish_demonstration(engine, settings.district)
    errors.print(f"演示数据已载入（{rows:,}行）。")


def _load_samples(files: Sequence[Path], engine: Engine, district: District) -> int:
    """Publish sample workbooks one after the other; returns the rows that they add."""
    from data.publishing.publishing import publish

    added = 0
    for file in files:
        batch = read_file(file, engine, district)
        with progress_bar("正在载入演示数据") as report:
            publication = publish(engine, batch, who=DEMONSTRATION, accept_warnings=True, progress=report)
        added += sum(sheet.added for sheet in publication.sheets)
    return added


def _what_is_there(engine: Engine, batches: Sequence[BatchRecord]) -> str:
    """Say what a filled database holds: batches, months, the newest batch."""
    from cockpit.calendar.periods import months_label
    from data.publishing.publishing import published_range

    in_force = [b for b in batches if b.withdrawn_at is None]
    span = published_range(engine)
    months = f"，月度数据 {months_label(*span)}" if span else "，还没有月度数据"
    newest = f"，最新一批是“{in_force[0].name}”" if in_force else ""
    withdrawn = f"，另有{len(batches) - len(in_force)}个已撤回" if len(in_force) < len(batches) else ""
    return f"数据库里已有数据，没有载入演示数据：{len(in_force)}个批次{newest}{withdrawn}{months}。"


def _sample_files(district: District) -> list[Path]:
    """List the district's sample workbooks in the order of publication: the sample, then its revision."""
    return sorted(_SAMPLES.glob(f"{district.key}-*.xlsx"))


def _write_synthetic(settings: Settings, engine: Engine, district: District, firms: int, months: int, seed: int) -> int:
    """Write synthetic data into the cockpit's database, or its months into the facts engine; returns the monthly rows."""
    with progress_bar("正在写入合成数据") as report:
        if not settings.facts_url:
            from data.synthetic.district import fill_database

            return fill_database(engine, district, firms=firms, months=months, seed=seed, progress=report)
        from data.database.engine import open_engine
        from data.facts.demonstration import fill_facts
        from data.facts.repository import open_firm_files

        reader, writer = configured_facts(settings), open_engine(settings.facts_url)
        files = open_firm_files(settings, engine, reader)
        return fill_facts(engine, reader, writer, files, district, firms=firms, months=months, seed=seed, progress=report)
