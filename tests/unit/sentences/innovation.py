"""The sentences of the page 创新与人才, read back against the rows of 创新载体 and 人才."""

from __future__ import annotations

import math
from collections import Counter

from cockpit.views.innovation import carriers, spread, talent
from tests.unit.sentences import parsing
from tests.unit.sentences.checks import Facts, check, is_shown
from tests.unit.sentences.reader import amount

_KINDS = ("重大平台", "特色小镇", "科创园区", "孵化器", "众创空间")
_DEMONSTRATOR = "服务型制造示范"
_GOALS = {"产业领军人才": (1500, 0, 0), "人才总量": (280000, 2021, 2025)}


def _year(ctx):
    return ctx.period.last // 100


def _recognised(ctx, kinds, *, towns=True, chains=True):
    where = {"所属镇街": parsing.town_names(ctx) if towns else (), "产业链": parsing.chain_names(ctx) if chains else ()}
    rows = parsing.sheet(ctx, "创新载体", **where)
    return [row for row in rows if row["类型"] in kinds and (row["认定年份"] or 0) <= _year(ctx)]


def read_ladder(ctx):
    rows, text = _recognised(ctx, _KINDS), carriers.carrier_ladder(ctx).insight
    if not rows:
        assert text == ""
        return
    parts = parsing.match(
        r"(?P<count>\d+)个载体(?:(?P<all>，?均?为国家级)|中国家级(?P<national>\d+)个，占(?P<share>.+?)|，(?P<no>没有国家级))"
        r"(?:；(?P<most>.+?)最多，(?P<top>\d+)个)?(?:；没有(?P<none>.+))?",
        text,
    )
    national = sum(row["级别"] == "国家级" for row in rows)
    assert int(parts["count"]) == len(rows), text
    assert bool(parts["all"]) == (national == len(rows)), text
    assert bool(parts["no"]) == (national == 0), text
    assert ("均" in (parts["all"] or "")) == (national == len(rows) > 1), text
    if parts["national"]:
        assert int(parts["national"]) == national, text
        check(f"国家级占{parts['share']}", Facts(shares={"国家级": national / len(rows)}))
    by_kind = Counter(row["类型"] for row in rows)
    top = max(by_kind.values())
    holders = [kind for kind in _KINDS if by_kind[kind] == top]
    assert (parts["most"] is not None) == (len(holders) == 1), f"{text} {by_kind}"
    if parts["most"]:
        assert (parts["most"], int(parts["top"])) == (holders[0], top), text
    none = [kind for kind in _KINDS if not by_kind[kind]]
    assert (parts["none"] or "") == "、".join(none), text


def _read_list(ctx, rows, text, noun):
    if not rows:
        assert text == ""
        return
    year = _year(ctx)
    added = [row for row in rows if row["认定年份"] == year]
    if added:
        parts = parsing.match(r"(?P<year>\d+)年新认定(?P<added>\d+)个(?:，分布在(?P<towns>\d+)个镇街)?", text)
        assert (int(parts["year"]), int(parts["added"])) == (year, len(added)), text
        towns = {row["所属镇街"] for row in added}
        assert (parts["towns"] is not None) == (len(towns) > 1 and None not in towns), text
        assert int(parts["towns"] or len(towns)) == len(towns), text
        return
    parts = parsing.match(
        r"(?P<year>\d+)年没有新认定(?P<noun>.+?)(?:，最近一次是(?P<latest>\d+)年(?:的(?P<name>.+)|（(?P<several>\d+)个）))?", text
    )
    assert (int(parts["year"]), parts["noun"]) == (year, noun), text
    latest = max(row["认定年份"] or 0 for row in rows)
    of_latest = [row["名称"] for row in rows if row["认定年份"] == latest]
    assert int(parts["latest"] or 0) == latest, text
    if latest:
        assert [parts["name"]] == of_latest or int(parts["several"] or 0) == len(of_latest) > 1, text


def read_carrier_list(ctx):
    _read_list(ctx, _recognised(ctx, _KINDS), carriers.carrier_list(ctx).insight, "载体")


def read_demonstrators(ctx):
    _read_list(ctx, _recognised(ctx, (_DEMONSTRATOR,)), carriers.demonstrator_list(ctx).insight, "示范")


def read_spread(ctx):
    """Of all towns within the selected chains, and of all chains within the selected towns."""
    text = spread.carrier_spread(ctx).insight
    by_town = Counter(row["所属镇街"] for row in _recognised(ctx, _KINDS, towns=False))
    by_chain = Counter(row["产业链"] for row in _recognised(ctx, _KINDS, chains=False))
    towns = {t.name: float(by_town[t.name]) for t in ctx.district.towns}
    chains = {c.name: float(by_chain[c.name]) for c in ctx.district.chains}
    for part in (p for p in text.split("；") if p):
        of_chains = "产业链" in part or (not any(name in part for name in towns) and "镇街" not in part)
        table, noun = (chains, "条产业链") if of_chains else (towns, "个镇街")
        none = [name for name, count in table.items() if not count]
        for clause in part.split("，"):
            if clause.endswith("还没有载体"):
                who = clause.removesuffix("还没有载体")
                assert who == ("、".join(none) if len(none) <= 2 else f"{len(none)}{noun}"), f"{text} {none}"
            else:
                check(clause.replace("载体", ""), Facts(values={"": table, "产业链中": chains}))
    if any(towns.values()):
        assert "镇街" in text or any(name in text for name in towns), text


def read_years(ctx):
    rows, text, year = _recognised(ctx, (*_KINDS, _DEMONSTRATOR)), spread.recognitions(ctx).insight, _year(ctx)
    if not rows:
        assert text == ""
        return
    by_year = Counter(row["认定年份"] for row in rows if row["类型"] != _DEMONSTRATOR and row["认定年份"])
    demonstrators = sum(row["认定年份"] == year for row in rows if row["类型"] == _DEMONSTRATOR)
    parts = parsing.match(
        r"(?P<year>\d+)年(?:没有新认定|新认定(?:载体(?P<added>\d+)个)?、?(?:服务型制造示范(?P<demonstrators>\d+)个)?(?P<none>，载体没有新增)?)"
        r"(?:；(?P<best>\d+)年认定载体最多，(?P<top>\d+)个)?",
        text,
    )
    assert int(parts["year"]) == year, text
    assert int(parts["added"] or 0) == by_year[year], text
    assert int(parts["demonstrators"] or 0) == demonstrators, text
    assert bool(parts["none"]) == (by_year[year] == 0 and demonstrators > 0), text
    top = max(by_year.values(), default=0)
    best = [y for y, count in by_year.items() if count == top]
    assert (parts["best"] is not None) == (len(best) == 1), f"{text} {by_year}"
    if parts["best"]:
        assert (int(parts["best"]), int(parts["top"])) == (best[0], top), text


def read_talents(ctx):
    text, by_category = talent.talent_stocks(ctx).insight, {}
    for row in parsing.sheet(ctx, "人才"):
        if row["年份"] <= _year(ctx):
            by_category.setdefault(row["类别"], {})[row["年份"]] = row["人数"]
    newest = max((max(years) for years in by_category.values()), default=0)
    clauses = [c for c in text.split("；") if c]
    for category in ("产业领军人才", "人才总量"):
        if category in by_category:
            _read_goal(clauses.pop(0), category, by_category[category], newest)
    plans = {
        name: parsing.growth(years[newest], years.get(newest - 1, math.nan))
        for name, years in by_category.items()
        if name not in _GOALS and newest in years
    }
    known = [change for change in plans.values() if not math.isnan(change)]
    assert len(clauses) == (len(known) > 1), f"{text} {plans}"
    if clauses:
        check(clauses[0], Facts(changes=plans))


def _read_goal(clause, category, years, newest):
    goal, first, last = _GOALS[category]
    year = max(years)
    parts = parsing.match(
        r"(?P<name>产业领军人才|人才总量)(?:（(?P<year>\d+)年）)?(?:已达到(?P<reached>.+?)目标(?:，超出(?P<beyond>.+))?|距(?P<goal>.+?)还差"
        r"(?P<missing>[\d,.]+万?人)(?P<pace>，增量.+)?)",
        clause,
    )
    assert parts["name"] == category, clause
    assert int(parts["year"] or newest) == year, f"{clause}: of {year}"
    assert _people(parts["reached"] or parts["goal"]) == (goal, 1 if goal < 1e5 else 1e4), clause
    assert bool(parts["reached"]) == (years[year] >= goal), clause
    shown = parts["beyond"] or parts["missing"]
    assert (shown is None) == (years[year] == goal), clause
    if shown:
        value, digit = _people(shown)
        assert abs(abs(goal - years[year]) - value) <= digit / 2, clause
    base = years.get(first - 1, math.nan)
    if parts["pace"]:
        done, gone = (years[year] - base) / (goal - base), (year - first + 1) / (last - first + 1)
        behind = round(gone * 100, 1) - round(done * 100, 1)
        pace = parsing.match(r"，增量(?:与时间进度持平|进度(?P<verb>落后|快于)时间(?P<points>[\d.]+)个百分点)", parts["pace"])
        if pace["verb"]:
            assert (pace["verb"] == "落后") == (behind > 0), clause
            assert is_shown(abs(behind), pace["points"]) or abs(abs(behind) - float(pace["points"])) < 0.11, clause
        else:
            assert abs(behind) < 0.11, clause
    else:
        assert years[year] >= goal or not first or math.isnan(base) or year < first, clause


def _people(text):
    value, digit = amount(text.removesuffix("万人").removesuffix("人"))
    factor = 1e4 if text.endswith("万人") else 1
    return value * factor, digit * factor


READERS = (read_ladder, read_carrier_list, read_demonstrators, read_spread, read_years, read_talents)
