"""`evaluate`: the year's per-mu grading from a policy file, tried out or published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from cockpit.errors import UsageError
from commands.terminal import errors, print_json, screen

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cockpit.district.district import District
    from cockpit.evaluation.grading.engine import Evaluation


def evaluate_year(
    engine: Engine, district: District, file: Path, year: int, *, who: str | None, xlsx: Path | None, as_json: bool
) -> None:
    """Evaluate ``year`` by the policy of ``file`` and print it; ``who`` publishes it (None: tried out only).

    ``file``: a path, or the name of a policy of the district pack.
    """
    from cockpit.evaluation.results.listing import listing
    from data.evaluation.evaluations import publish_evaluation, try_out
    from data.evaluation.notice import save_notice
    from data.evaluation.policies import find_policy

    given = find_policy(district.pack, file)
    if xlsx is not None:
        _refuse_place(xlsx)
    record = None
    if who is None:
        found = try_out(engine, given.policy.of_year(year))
    else:
        done = publish_evaluation(engine, given, year=year, who=who)
        found, record = done.evaluation, done.record
    if xlsx is not None:
        save_notice(xlsx, found, record, district)
        errors.print(f"公示名单已保存：{xlsx}", markup=False, soft_wrap=True)
    if record is not None:
        errors.print(f"已发布为评价记录 {record.id}（{year}年，依据数据版本 {record.data_version}）。")
    if as_json:
        print_json(listing(found, district))
    else:
        _print_grades(found)


def _refuse_place(xlsx: Path) -> None:
    """Find out where the notice can't be saved before anything is published."""
    if not xlsx.parent.is_dir():
        raise UsageError(f"没有文件夹 {xlsx.parent}，公示名单存不了，没有评价。请检查路径。")
    if xlsx.is_dir():
        raise UsageError(f"{xlsx} 是文件夹，公示名单存不了，没有评价。请写文件名。")


def publish_demonstration(engine: Engine, district: str) -> None:
    """Publish every year's evaluation by the district's own policy, so that the demonstration has a history."""
    from data.database.engine import connect
    from data.evaluation import evaluations
    from data.evaluation.policies import district_policies

    with connect(engine) as connection:
        years = evaluations.years(connection)
    for own in district_policies(district)[:1]:
        for year in years:
            evaluations.publish_evaluation(engine, own, year=year, who="演示")


def _print_grades(found: Evaluation) -> None:
    """Firms by group and grade."""
    counts = found.firms.groupby(["group", "grade"]).size().unstack(fill_value=0)
    table = Table("分组", *(escape(str(grade)) for grade in counts.columns), "合计")
    for group, row in counts.iterrows():
        table.add_row(escape(str(group)), *(f"{n:,}" for n in row), f"{row.sum():,}")
    screen.print(f"{found.policy.name}（{found.policy.year}年，家）", markup=False)
    screen.print(table)
    if found.outside:
        screen.print(f"另有 {found.outside:,} 家企业不属于任何分组，没有评价。")
