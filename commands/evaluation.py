"""`evaluate`: grade a year's firms by a policy file, as a preview or published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.errors import UsageError
from cockpit.names import DEMONSTRATION
from commands.terminal import errors, print_json, screen, text_table

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cockpit.district.district import District
    from cockpit.evaluation.grading.engine import Evaluation


def run_evaluation(
    engine: Engine, district: District, file: Path, year: int, *, who: str | None, xlsx: Path | None, as_json: bool
) -> None:
    """Evaluate ``year`` by the policy of ``file`` and print the grades; with ``who``, publish them under this name.

    ``file``: a path, or the name of a policy of the district pack.
    """
    from cockpit.evaluation.results.export_rows import export_rows
    from data.evaluation.evaluations import preview_evaluation, publish_evaluation
    from data.evaluation.notice import save_notice
    from data.evaluation.policies import find_policy

    policy_file = find_policy(district.pack, file)
    if xlsx is not None:
        _check_target(xlsx)
    record = None
    if who is None:
        evaluation = preview_evaluation(engine, policy_file.policy.for_year(year))
    else:
        published = publish_evaluation(engine, policy_file, year=year, who=who)
        evaluation, record = published.evaluation, published.record
    if xlsx is not None:
        save_notice(xlsx, evaluation, record, district)
        errors.print(f"公示名单已保存：{xlsx}", markup=False, soft_wrap=True)
    if record is not None:
        errors.print(f"已发布为评价记录 {record.id}（{year}年，依据数据版本 {record.data_version}）。")
    if as_json:
        print_json(export_rows(evaluation, district))
    else:
        _print_grades(evaluation)


def _check_target(xlsx: Path) -> None:
    """Raise ``UsageError`` when the notice can't be saved there, before anything is published."""
    if not xlsx.parent.is_dir():
        raise UsageError(f"没有文件夹 {xlsx.parent}，公示名单存不了，没有评价。请检查路径。")
    if xlsx.is_dir():
        raise UsageError(f"{xlsx} 是文件夹，公示名单存不了，没有评价。请写文件名。")


def publish_demonstration(engine: Engine, district: str) -> None:
    """Publish the evaluation of each year that has none by the district's own policy: the demonstration data have a history."""
    from data.database.engine import connect
    from data.evaluation import evaluations
    from data.evaluation.policies import district_policies

    with connect(engine) as connection:
        years = evaluations.evaluation_years(connection)
    for policy_file in district_policies(district)[:1]:
        for year in years:
            evaluations.publish_first_evaluation(engine, policy_file, year=year, who=DEMONSTRATION)


def _print_grades(evaluation: Evaluation) -> None:
    """Print the number of firms by group and grade."""
    counts = evaluation.firms.groupby(["group", "grade"]).size().unstack(fill_value=0)
    grades = [str(grade) for grade in counts.columns]
    table = text_table("分组", *grades, "合计", numeric=[*grades, "合计"])
    for group, row in counts.iterrows():
        table.add_row(str(group), *(f"{n:,}" for n in row), f"{row.sum():,}")
    screen.print(f"{evaluation.policy.name}（{evaluation.policy.year}年，家）", markup=False)
    screen.print(table)
    if evaluation.ungrouped:
        screen.print(f"另有{evaluation.ungrouped:,}家企业不属于任何分组，没有评价。")
