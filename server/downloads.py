"""Files to take home: the public notice of the evaluation that a page shows."""

from __future__ import annotations

from urllib.parse import parse_qs, quote

from flask import Flask, Response, request

from cockpit.errors import CockpitError, UsageError
from cockpit.evaluation.grading.engine import Evaluation
from cockpit.evaluation.results.record import EvaluationRecord
from cockpit.selection import View, from_query
from cockpit.snapshot import Repository
from cockpit.views.context import ViewContext, resolve_context
from cockpit.views.land.evaluation import scope
from cockpit.views.land.what_if import planned_policy, simulate
from data.evaluation.notice import build_notice

PATH = "/download/notice.xlsx"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_downloads(server: Flask, repository: Repository) -> None:
    """Answer ``PATH`` with the query string of the page."""

    def _notice() -> Response:
        try:
            name, content = notice_of(repository, request.query_string.decode())
        except CockpitError as error:
            return Response(str(error), 404, mimetype="text/plain")
        disposition = f"attachment; filename=notice.xlsx; filename*=UTF-8''{quote(name)}"
        return Response(content, mimetype=_XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})

    server.add_url_rule(PATH, "notice", _notice)


def notice_of(repository: Repository, query: str) -> tuple[str, bytes]:
    """File name and workbook: of the published evaluation, or of the what-if (marked as tried out) when the link shows it.

    The whole list, whatever towns or grades are selected: a notice is never partial.
    """
    selection, _ = from_query(parse_qs(query), repository.snapshot().district)
    ctx = resolve_context(repository, selection)
    if selection.view is View.WHAT_IF:
        policy = planned_policy(ctx)
        evaluation, record, what = simulate(ctx, policy), None, f"试算-{policy.name}"
    else:
        evaluation, record, what = _published(ctx)
    name = f"{ctx.district.name}{evaluation.policy.year}年度亩均效益评价-{what}.xlsx".replace("/", "-")
    return name, build_notice(evaluation, record, ctx.district)


def _published(ctx: ViewContext) -> tuple[Evaluation, EvaluationRecord, str]:
    found = scope(ctx)
    if found is None:
        raise UsageError("还没有发布任何一年的评价，没有名单可以导出。")
    return found.evaluation, found.published.record, f"公示名单-记录{found.published.record.id}"
