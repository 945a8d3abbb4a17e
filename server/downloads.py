"""Downloads: the public notice of the evaluation that a page shows, and the scores behind it for the office."""

from __future__ import annotations

from urllib.parse import parse_qs, quote

from flask import Flask, Response, request

from cockpit.errors import PolicyError, UsageError
from cockpit.evaluation.grading.engine import Evaluation
from cockpit.evaluation.results.record import EvaluationRecord
from cockpit.faults import report
from cockpit.query_string import from_query
from cockpit.selection import View
from cockpit.snapshot import Repository, retry_if_stale
from cockpit.views.context import ViewContext, resolve_context
from cockpit.views.evaluation_scope import evaluation_scope
from cockpit.views.land.what_if import evaluate_scenario, scenario_policy
from data.evaluation.notice import build_notice, build_scores

PATH, SCORES_PATH = "/download/notice.xlsx", "/download/scores.xlsx"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_downloads(server: Flask, repository: Repository) -> None:
    """Route ``PATH`` and ``SCORES_PATH``, which take the query string of the page."""

    def _respond(*, is_internal: bool) -> Response:
        try:
            name, content = retry_if_stale(lambda: notice_of(repository, request.query_string.decode(), is_internal=is_internal))
        except (UsageError, PolicyError) as error:
            return Response(str(error), 404, mimetype="text/plain")
        except Exception as error:
            return Response(report(error, "download of the notice"), 503, mimetype="text/plain")
        disposition = f"attachment; filename={'scores' if is_internal else 'notice'}.xlsx; filename*=UTF-8''{quote(name)}"
        return Response(content, mimetype=_XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})

    server.add_url_rule(PATH, "notice", lambda: _respond(is_internal=False))
    server.add_url_rule(SCORES_PATH, "scores", lambda: _respond(is_internal=True))


def notice_of(repository: Repository, query: str, *, is_internal: bool = False) -> tuple[str, bytes]:
    """Build file name and workbook: of the published evaluation, or of the what-if (marked 试算) when the link shows it.

    The whole list, whatever towns or grades are selected: a notice is never partial. A what-if is internal in any case.
    Raises ``UsageError`` without a published evaluation or for a record that doesn't exist, ``PolicyError`` for a what-if that
    can't be evaluated.
    """
    data, fields = repository.snapshot(), parse_qs(query)
    if data.cube.is_empty:
        raise UsageError("还没有发布任何数据，没有名单可以导出。")
    selection, _ = from_query(fields, data.district)
    ctx = resolve_context(repository, selection, data)
    if selection.view is View.WHAT_IF:
        policy = scenario_policy(ctx)
        evaluation, record, what, is_internal = evaluate_scenario(ctx, policy), None, f"试算-{policy.name}", True
    else:
        evaluation, record, what = _published(ctx, "得分明细" if is_internal else "公示名单")
        if (number := fields.get("record", ["0"])[0]) not in ("0", str(record.id)):
            raise UsageError(f"没有这一次公示记录（{number[:9]}），没有名单可以导出。请从页面“亩均效益”上导出。")
    mark = "内部-" if is_internal else ""
    name = f"{mark}{ctx.district.name}{evaluation.policy.year}年度亩均效益评价-{what}.xlsx".replace("/", "-")
    return name, (build_scores if is_internal else build_notice)(evaluation, record, ctx.district)


def _published(ctx: ViewContext, what: str) -> tuple[Evaluation, EvaluationRecord, str]:
    scope = evaluation_scope(ctx)
    if scope is None:
        raise UsageError("还没有发布任何一年的评价，没有名单可以导出。")
    return scope.evaluation, scope.published.record, f"{what}-记录{scope.published.record.id}"
