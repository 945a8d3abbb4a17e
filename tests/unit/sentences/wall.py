"""The sentences over the scenes of the wall, read back against the rows of the sheets and the figures beside them."""

from __future__ import annotations

import math

from cockpit.catalogue.dimensions import industry_name
from cockpit.selection import Compare
from cockpit.views.context import resolve_context
from cockpit.views.wall import scenes
from tests.unit.sentences import parsing
from tests.unit.sentences.chain_page import signed_projects
from tests.unit.sentences.checks import Facts, check, is_shown

_VALUE = r"[+−\d.,]+(?:亿元|万元)"
_PERIOD = r"(?:、?(?:全年|上半年|一季度|前三季度|近12个月|期内|[\d—年月]+月))+"
_MOVED = (
    r"(?:(?P<compared>同比|环比)(?P<verb>增长|下降)(?P<change>[\d.,]+)%|与(?P<base>上年同期|上期)持平)"
    r"(?P<comparable>（可比口径）)?"
)


def _scope(ctx):
    """The filters of a scene as its sentence names them."""
    district, selection = ctx.district, ctx.selection
    names = "、".join(t.short for t in district.towns if t.key in selection.towns)
    names += "、".join(district.chain(key).name for key in selection.chains)
    return names + "、".join(industry_name(division) for division in selection.industries)


def _check_moved(parts, hero, ctx, text):
    change = hero.compared.change
    if parts["compared"]:
        assert parts["compared"] == {Compare.YOY: "同比", Compare.MOM: "环比"}[ctx.compare], text
        assert (parts["verb"] == "增长") == (change > 0), text
        assert is_shown(abs(change) * 100, parts["change"]), text
    elif parts["base"]:
        assert abs(change) <= 0.0005, text
    else:
        assert math.isnan(change), text
        assert ("没有" in text) == math.isnan(hero.compared.value), text
        assert not parts["value"] or is_shown(hero.compared.value, parts["value"]), text
        assert not (parts["note"] and math.isnan(hero.compared.base)), f"{text}: without a base it is of all enterprises"
        return
    assert bool(parts["comparable"]) == ctx.selection.comparable, text


def read_overview(ctx):
    scene = scenes.overview_scene(ctx)
    text, change = scene.headline.text, scene.hero.compared.change
    scope = _scope(ctx)
    assert text.startswith(scope), f"{text}: of {scope}"
    parts = parsing.match(
        rf"(?P<subject>.*?)(?:没有产值数据|产值(?:(?P<value>{_VALUE})(?P<note>（可比口径）)?|{_MOVED}|(?P<target>超额完成年度目标|完成年度目标|未完成年度目标，差[\d.]+%|落后序时[\d.]+个百分点)))"
        r"(?:，(?P<who>.+?)(?:贡献(?P<share>.+?)(?P<of>增长|降幅)|(?P<drive>拉动|拖累)(?P<points>[\d.]+)个百分点))?",
        text,
    )
    if parts["target"]:
        _check_target(parts["target"], scene.hero.target, text)
    else:
        _check_moved(parts, scene.hero, ctx, text)
    if parts["who"]:
        points = {c.item.name: c.points for c in scene.chains.cards if not math.isnan(c.points)}
        own = points[parts["who"]]
        assert not ctx.selection.chains, f"{text}: the points are of all chains"
        assert not parts["target"] or ctx.period.first % 100 == 1, f"{text}: targets count from January on"
        assert len(points) > 1, text
        assert (own > 0) == (change > 0), text
        assert own == (max if change > 0 else min)(points.values()), text
        if parts["share"]:
            assert (parts["of"] == "增长") == (change > 0), text
            check(f"甲占{parts['share']}", Facts(shares={"甲": own / (change * 100)}))
            others = [p for name, p in points.items() if name != parts["who"] and (p > 0) == (own > 0) and abs(p) > 0.05]
            assert parts["share"] != "全部" or not others, f"{text}: others moved, too: {points}"
        else:
            assert (parts["drive"] == "拉动") == (own > 0), text
            moved = next(c.shown for c in scene.chains.cards if c.item.name == parts["who"])
            assert is_shown(abs(moved), parts["points"]), text


def _check_target(text, target, sentence):
    done = target.completion
    if text.startswith("超额"):
        assert done > 1, sentence
    elif text.startswith("完成"):
        assert done == 1, sentence
    elif text.startswith("未完成"):
        assert is_shown(1 - done, text.removeprefix("未完成年度目标，差")), sentence
    else:
        assert (
            is_shown((target.time_gone - done) * 100, text.removeprefix("落后序时").removesuffix("个百分点"))
            or done < target.time_gone
        )


def read_chain(ctx):
    ctx = resolve_context(ctx.repository, ctx.selection.replace(chains=ctx.selection.chains or ("fashion",)))
    scene = scenes.chain_scene(ctx)
    text, below = scene.headline.text, scene.headline.below
    parts = parsing.match(
        rf"(?P<name>{_scope(ctx)})(?P<period>{_PERIOD})(?:没有产值数据|产值(?:(?P<value>{_VALUE})(?P<note>（可比口径）)?|{_MOVED}))"
        r"(?:，(?:链主贡献(?P<leader>[^增]+)|链主拉动(?P<points>[\d.]+)个百分点|增量(?P<others>.+)来自链主之外))?",
        text,
    )
    _check_moved(parts, scene.hero, ctx, text)
    points = {r.item.key: r.points for r in scene.leader.roles}
    share = points.get("链主", math.nan) / (scene.hero.compared.change * 100) if parts["change"] else math.nan
    if parts["leader"] or parts["others"]:
        assert scene.hero.compared.change > 0, text
        shares = {"链主": share, "其他": 1 - share}
        who = "链主" if parts["leader"] else "其他"
        claim = parts["leader"] or parts["others"]
        if claim == "全部":
            assert shares[who] >= 1 - 1e-9, text
        else:
            check(f"{who}占{claim}", Facts(shares=shares))
    elif parts["points"]:
        assert is_shown(next(r.shown for r in scene.leader.roles if r.item.key == "链主"), parts["points"]), text
    _check_stages(below, scene, ctx)


def _check_stages(below, scene, ctx):
    stages = scene.stages.stages
    known = {s.item.name: s.item.share for s in stages if s.item.key and not math.isnan(s.item.share)}
    shown = {s.item.name: s.item.share_shown for s in stages if s.item.key and not s.item.share_shown.is_nan()}
    for clause in (c for c in below.split("；") if c):
        if clause.endswith("为弱链"):
            assert clause.removesuffix("为弱链") == "、".join(s.item.name for s in stages if s.weak), below
        elif clause.endswith("缺链"):
            [chain] = parsing.chain_names(ctx)
            named = {row["链条环节"] for row in parsing.sheet(ctx, "企业名录", 产业链=(chain,))}
            planned = [row["环节"] for row in parsing.sheet(ctx, "产业链图谱", 产业链=(chain,))]
            assert clause.removesuffix("缺链") == "、".join(stage for stage in planned if stage not in named), below
        else:
            [statement] = check(clause, Facts(shares=known, shown=shown))
            if statement.kind == "share":
                assert known[statement["who"]] == max(known.values()), below


def read_projects(ctx):
    scene = scenes.projects_scene(ctx)
    text, below = scene.headline.text, scene.headline.below
    signed = signed_projects(ctx)
    months = set(parsing.period_months(ctx))
    rows = [(step, r) for step, r in signed if r["签约日期"][:7] in months]
    scope = _scope(resolve_context(ctx.repository, ctx.selection.replace(industries=())))
    parts = parsing.match(
        rf"{scope}(?P<period>{_PERIOD})(?:(?P<none>没有签约项目)|签约(?P<count>\d+)个项目(?:，(?P<all>均?为绿色能源)|，绿色能源占(?P<share>[^，]+))?)"
        r"(?:，在库(?P<late>\d+)个逾期或停滞)?",
        text,
    )
    assert bool(parts["none"]) == (not rows), text
    if not rows:
        return
    assert int(parts["count"]) == len(rows), text
    green = [r for _, r in rows if r["绿色能源"]]
    if parts["all"]:
        assert len(green) == len(rows), text
        assert parts["all"].startswith("均") == (len(rows) > 1), text
    elif parts["share"]:
        check(f"绿色占{parts['share']}", Facts(shares={"绿色": len(green) / len(rows)}))
    else:
        assert not green, text
    facts = parsing.match(
        r"计划投资(?P<planned>[\d,.]+(?:亿元|万元))(?:，完成(?P<done>[\d.,]+%))?(?:；绿色能源(?P<green>\d+)个、(?P<money>[\d,.]+(?:亿元|万元)))?；开工率(?P<rate>[\d.]+%)",
        below,
    )
    planned = sum(r["计划总投资（万元）"] for _, r in rows)
    assert is_shown(planned, facts["planned"]), below
    assert int(facts["green"] or 0) == len(green), below
    if green:
        assert is_shown(sum(r["计划总投资（万元）"] for r in green), facts["money"]), below
    assert is_shown(sum(step > 0 for step, _ in rows) / len(rows), facts["rate"]), below
    # Of the newest batch, which speaks for the end of the newest month of the monthly values as well.
    ledger = max(x for r in ctx.repository.sheets["项目台账"] for x in (r["签约日期"], r.get("开工日期") or ""))[:7]
    monthly = max(r["月份"] for r in ctx.repository.sheets["月度经营"])
    invested = [r["累计完成投资（万元）"] for _, r in rows if r["累计完成投资（万元）"] is not None]
    is_known = min(ledger, monthly) <= max(months) and bool(invested)
    assert bool(facts["done"]) == is_known, f"{below}: money is of {ledger}"
    if facts["done"]:
        assert is_shown(sum(invested) / planned, facts["done"]), below


def read_space(ctx):
    """The plan is of the whole district whatever is selected: full area of what is done within its years, against months gone."""
    scene = scenes.space_scene(ctx)
    plan, text = ctx.district.renewal_plan, scene.headline.text
    last = parsing.period_months(ctx)[-1]
    rows = parsing.sheet(ctx, "有机更新")
    if not rows:
        assert text in ("还没有有机更新数据", "园区效益"), text
        return
    parts = parsing.match(
        r"(?P<whole>全区)?“(?P<plan>.+)”更新面积完成(?P<done>[\d.]+%)，(?:(?P<verb>落后|领先)序时进度(?P<points>[\d.]+)个百分点|与序时进度持平)",
        text,
    )
    assert parts["plan"] == plan.name, text
    assert bool(parts["whole"]) == bool(ctx.selection.towns), text
    done = sum(r["更新面积（亩）"] for r in rows if r["完成日期"] and f"{plan.first_year}-01" <= r["完成日期"][:7] <= last)
    completion = done / plan.area_mu
    assert is_shown(completion, parts["done"]), f"{text} {done}"
    first, whole = f"{plan.first_year}-01", plan.years * 12
    gone = (int(last[:4]) - plan.first_year) * 12 + int(last[5:])
    behind = round(gone / whole * 100, 1) - round(completion * 100, 1)
    assert first <= last or gone <= 0
    if parts["verb"]:
        assert (parts["verb"] == "落后") == (behind > 0), text
        assert abs(abs(behind) - float(parts["points"])) < 0.11, text
    else:
        assert abs(behind) < 0.11, text


def read_alerts(ctx):
    scene = scenes.alerts_scene(ctx)
    text, below = scene.headline.text, scene.headline.below
    narrowed = ctx.selection.towns or ctx.selection.chains or ctx.selection.industries
    month = f"{'全区' if narrowed else ''}{int(str(ctx.period.last)[4:])}月"
    rows, fresh = scene.alerts, [a for a in scene.alerts if a.is_new]
    assert text.startswith(month), text
    if not rows:
        assert text == f"{month}各项目标、增速、项目和整治均正常"
        return
    reds = sum(a.level.value == "red" for a in rows)
    counts = parsing.match(r"共(\d+)项预警(?:，其中红色(?P<red>\d+)项|，(?P<none>没有红色))?", below)
    assert int(counts["red"] or 0) == reds, below
    if fresh:
        assert text == f"{month}新增{len(fresh)}项预警，{fresh[0].scope}{fresh[0].subject}", text
    else:
        assert text == f"{month}没有新增预警，{len(rows)}项仍在预警", text


READERS = (read_overview, read_chain, read_projects, read_space)
