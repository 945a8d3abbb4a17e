"""The sentences of a chain's page about gaps, enterprises, projects and policies, read back against the rows of the sheets."""

from __future__ import annotations

import calendar
from collections import Counter
from datetime import date

from cockpit.selection import Selection
from cockpit.views.chain import gaps, lists, projects
from cockpit.views.context import resolve_context
from tests.unit.sentences import parsing
from tests.unit.sentences.checks import is_shown
from tests.unit.sentences.reader import amount

_STANDINGS = ("待开工", "在建", "待投产", "已投产")


def _of_one_chain(ctx):
    """The context with a chain: that of the selection, else 时尚产业, the only one with a map."""
    selection = ctx.selection.replace(chains=ctx.selection.chains or ("fashion",))
    return resolve_context(ctx.repository, selection)


def read_gaps(ctx):
    """Missing is what no enterprise of the whole district names, whatever towns are selected."""
    ctx = _of_one_chain(ctx)
    view, [chain] = gaps.gaps(ctx), parsing.chain_names(ctx)
    planned = [row["环节"] for row in parsing.sheet(ctx, "产业链图谱", 产业链=(chain,))]
    named = {row["链条环节"] for row in parsing.sheet(ctx, "企业名录", 产业链=(chain,))}
    missing = [stage for stage in planned if stage not in named]
    if not planned:
        assert view.insight == "这条链没有图谱，不能判断缺链弱链", view.insight
        return
    parts = parsing.match(
        r"(?:(?:全区)?缺(?P<gaps>[^；]+))?；?(?:(?:全区)?弱链(?P<count>\d+)个：(?P<weak>.+))?|(?P<none>各环节齐全，没有弱链)",
        view.insight,
    )
    assert (parts["gaps"] or "") == "、".join(missing), f"{view.insight} {missing}"
    assert bool(parts["gaps"] or parts["weak"] or parts["none"]), view.insight
    weak = [g.stage.item.name for g in view.rows if not g.stage.gap]
    assert (parts["weak"] or "") == "、".join(weak), view.insight
    assert int(parts["count"] or 0) == len(weak), view.insight
    for gap in view.rows:
        assert gap.stage.gap or any(_is_weak(reason) for reason in gap.stage.reasons), gap
    elsewhere = resolve_context(
        ctx.repository, Selection(period=ctx.selection.period, chains=ctx.selection.chains, compare=ctx.compare)
    )
    if not ctx.selection.comparable:
        assert {g.stage.item.name for g in gaps.gaps(elsewhere).rows} == {g.stage.item.name for g in view.rows}


def _is_weak(reason):
    """Whether a reason, as it is written, is one: a share below 5 % reads as one below it."""
    if reason.startswith("占比"):
        return amount(reason.removeprefix("占比"))[0] < 0.05
    return reason in ("没有规上企业", "仅一家规上企业", "产值下降")


def _registered(ctx):
    where = {"所属镇街": parsing.town_names(ctx), "产业链": parsing.chain_names(ctx)}
    divisions = ctx.selection.industries
    return [r for r in parsing.sheet(ctx, "企业名录", **where) if not divisions or r["行业代码"][:2] in divisions]


def read_firm_list(ctx):
    ctx = _of_one_chain(ctx)
    view = lists.firm_list(ctx)
    rows = {row["企业名称"]: row for row in _registered(ctx)}
    if ctx.data is ctx.full:
        assert view.count == len(rows), view.count
    if not view.count:
        assert view.insight == "所选范围没有企业"
        return
    parts = parsing.match(
        r"(?:(?P<first>[^，]+)产值最大)?，?(?:链主(?P<leaders>\d+)家)?，?(?:配套(?P<suppliers>\d+)家)?|(?P<count>[\d,]+)家企业(?P<none>，所选期间都没有月度数据)?",
        view.insight,
    )
    listed = Counter(rows[r.name]["企业角色"] for r in view.rows)
    if parts["count"] is None:
        assert int(parts["leaders"] or 0) == listed["链主"], view.insight
        assert int(parts["suppliers"] or 0) == listed["配套"], view.insight
    else:
        assert int(parts["count"]) == view.count, view.insight
        assert (parts["none"] is not None) == all(not r.output > 0 for r in view.rows), view.insight
    if parts["first"]:
        known = sorted((r.output, r.name) for r in view.rows if r.output == r.output)
        assert len(known) > 1, view.insight
        assert known[-1][1] == f"杭州{parts['first']}有限公司", view.insight
        assert known[-1][0] > known[-2][0], view.insight


def _day(text):
    return None if text is None else date.fromisoformat(text) if isinstance(text, str) else text.date()


def _month_end(month):
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def _last_day(ctx):
    return _month_end(parsing.period_months(ctx)[-1])


def signed_projects(ctx):
    """Rows of 项目台账 signed by the period's last day within the filters, each with the step it had taken by then."""
    until, rows = _last_day(ctx), []
    for row in parsing.sheet(ctx, "项目台账", 所属镇街=parsing.town_names(ctx), 产业链=parsing.chain_names(ctx)):
        if _day(row["签约日期"]) <= until:
            steps = [_day(row.get(h)) for h in ("开工日期", "竣工日期", "投产日期")]
            rows.append((max((i + 1 for i, d in enumerate(steps) if d and d <= until), default=0), row))
    return rows


def read_projects(ctx):
    ctx = _of_one_chain(ctx)
    view, rows = projects.projects(ctx), signed_projects(ctx)
    if not rows:
        assert view.insight == "所选范围没有已签约的项目"
        return
    steps = Counter(_STANDINGS[step] for step, _ in rows)
    counts, _, late = view.insight.partition("；")
    assert counts == "，".join(f"{name}{steps[name]}个" for name in _STANDINGS if steps[name]), view.insight
    behind = sum(bool(r.concern) for r in view.rows)
    assert late == (f"{behind}个逾期或停滞" if behind else ""), view.insight
    assert is_shown(sum(row["计划总投资（万元）"] for _, row in rows), f"{view.planned:.1f}")


def read_policies(ctx):
    """Judged on the last day of the newest month of the data; soon is within the district's six months."""
    ctx = _of_one_chain(ctx)
    view = projects.policies(ctx)
    own = ctx.selection.chains
    rows = parsing.sheet(ctx, "政策清单", 产业链=(*own, "all"))
    if not rows:
        assert view.insight == "没有面向这条链的政策"
        return
    assert ctx.district.thresholds.policy_expiring_months == 6
    day = _month_end(max(row["月份"] for row in ctx.repository.sheets["月度经营"]))
    half_a_year_on = _month_end(parsing.shift(f"{day:%Y-%m}", 6))
    usable = [r for r in rows if r["有效期至"] is None or r["有效期至"].date() >= day]
    soon = [r for r in usable if r["有效期至"] and r["有效期至"].date() <= half_a_year_on]
    parts = parsing.match(
        r"(?:(?P<usable>\d+)项可用(?:，其中本链专项(?P<own>\d+)项|，(?P<kind>为本链专项|均为本链专项|没有本链专项))?|(?P<none>没有在有效期内的政策))"
        r"(?:；(?P<soon>\d+)项即将到期)?(?:；(?P<over>\d+)项已过期)?",
        view.insight,
    )
    of_chain = sum(r["产业链"] in own for r in usable)
    assert int(parts["usable"] or 0) == len(usable), view.insight
    assert bool(parts["none"]) == (not usable), view.insight
    if usable:
        kinds = {0: "没有本链专项", len(usable): "为本链专项" if len(usable) == 1 else "均为本链专项"}
        assert parts["kind"] == kinds.get(of_chain), view.insight
        assert parts["own"] is None or int(parts["own"]) == of_chain, view.insight
    assert int(parts["soon"] or 0) == len(soon), view.insight
    assert int(parts["over"] or 0) == len(rows) - len(usable), view.insight


READERS = (read_gaps, read_firm_list, read_projects, read_policies)
