"""Random addresses: what the pages say, as a browser gets it, against sums over the rows of the sheets."""

from __future__ import annotations

import functools
import math
import random
import re
from decimal import Decimal
from urllib.parse import urlencode

import pandas as pd
import pytest

from callbacks.render import respond
from callbacks.request import PageRequest
from cockpit.metric_query import parse_query, query_rows
from cockpit.selection import Selection
from cockpit.views.context import resolve_context
from cockpit.views.wall import scenes
from layouts.ui.theme import Viewport
from layouts.wall.parts import WallContext
from layouts.wall.projects import render_scene
from tests.app.numbers import sums
from tests.app.test_pages import shown
from tests.oracle import span
from tests.unit import land_district
from tests.unit.sentences import districts
from tests.unit.sentences.checks import is_shown

_TOWNS = {"tangqi": "塘栖镇", "donghu": "东湖街道", "qiaosi": "乔司街道"}
_CHAINS = {"fashion": "时尚产业", "green-energy": "绿色能源"}
_PERIODS = {
    "2022": span("2022-01", "2022-12"),
    "2022-05": ["2022-05"],
    "2022-01..2022-06": span("2022-01", "2022-06"),
    "2022-07..2023-06": span("2022-07", "2023-06"),
    "2023-02": ["2023-02"],
}
_CHANGE = r"(?:[▲▼] )?(?P<change>[+−]?[\d,.]+%|—)"


@pytest.fixture(scope="module")
def made(district):
    return functools.lru_cache(None)(lambda kind, seed: districts.make(kind, seed, district))


@pytest.fixture(scope="module")
def small(district):
    return land_district.District(district)


@pytest.fixture(scope="module")
def page(shape):
    """Return a function that gives the text of a page, its parts divided by |."""

    def text(repository, path, **query):
        request = PageRequest(path, f"?{urlencode(query, doseq=True)}", Viewport(), "")
        return "|".join(shown(respond(repository, shape, request)))

    return text


def some(pick, names, most=2):
    return pick.sample(sorted(names), pick.choice((0, 0, 1, most)))


def find(pattern, text):
    match = re.search(pattern, text)
    assert match, f"{pattern} isn't in {text[:2000]}"
    return match.groupdict()


def _pick(pick):
    towns, divisions, period = some(pick, _TOWNS), some(pick, ("17", "18", "34", "38")), pick.choice(sorted(_PERIODS))
    query = {"town": towns, "industry": divisions, "period": period}
    return query, {"towns": [_TOWNS[t] for t in towns], "divisions": divisions}, _PERIODS[period]


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 80, 20))
def test_output_its_growth_and_what_drove_it(made, page, start):
    """Months that nobody reported count on neither side; cards and the waterfall show the same points, which add up."""
    for number in range(start, start + 20):
        pick = random.Random(number)
        repository = made(pick.choice(("growing", "falling", "mixed")), pick.randrange(3))
        query, where, months = _pick(pick)
        comparable = pick.random() < 0.3
        rows = sums.under(sums.monthly(repository.sheets), **where)
        text = page(repository, "/", by="chain", **query, **({"comparable": 1} if comparable else {}))
        value, change, _ = sums.growth(rows, months, 12, sums.OUTPUT, comparable=comparable)
        cell = find(rf"关键指标\|产值\|[^|]*\|(?P<value>[^|]+)\|(?:(?P<unit>亿元|万元)\|)?[^|]*改看产值\|(?:{_CHANGE}\|)?", text)
        if math.isnan(value):
            assert cell["value"] == "—", number
            continue
        assert is_shown(value, f"{cell['value']}{cell['unit']}"), f"{number} {query} {value} {cell}"
        if math.isnan(change):
            assert cell["change"] in (None, "—"), f"{number} {query} {cell}"
            continue
        assert is_shown(change, cell["change"]), f"{number} {query} comparable={comparable} {change} {cell}"
        if not comparable:
            _check_points(text, sums.contributions(rows, months, 12, sums.OUTPUT, "产业链"), number)
        green, _, _ = sums.growth(rows, months, 12, sums.GREEN, comparable=comparable)
        cell = find(r"绿色能源投资\|绿色能源投资：[^|]*\|(?P<value>[^|]+)\|(?P<unit>亿元|万元)?", text)
        if not math.isnan(green):
            assert is_shown(green, f"{cell['value']}{cell['unit']}"), f"{number} {query} {green} {cell}"


def _check_points(text, points, number):
    cards = {
        name: Decimal(shown_points) * (1 if verb == "拉动" else -1)
        for name, verb, shown_points in re.findall(
            r"\|(时尚产业|绿色能源|高端装备)\|[^|]+\|(?:亿元|万元)\|[^|]*%?\|.*?(拉动|拖累)\|([\d.]+)点",
            text.split("按大小排序")[1],
        )
    }
    steps = {
        name: Decimal(value.replace("−", "-"))
        for name, value in re.findall(r"\|(时尚产业|绿色能源|高端装备)\|([+−]?[\d.]+)\|\1 ", text.split("谁拉动了增长")[1])
    }
    assert points.keys() <= steps.keys(), f"{number} {steps} {points}"
    assert all(not value for name, value in steps.items() if name not in points), f"{number} {steps} {points}"
    assert {n: v for n, v in cards.items() if n in steps} == {n: v for n, v in steps.items() if n in cards}, number
    total = find(r"\|(?:全区|合计)\|(?P<total>[+−]?[\d.]+)\|(?:全区|合计)", text.split("谁拉动了增长")[1])["total"]
    assert sum(steps.values()) == Decimal(total.replace("−", "-")), f"{number} {steps} {total}"
    for name, value in points.items():
        assert abs(float(steps[name]) - value) < 0.0101, f"{number} {name} {steps} {points}"


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 60, 20))
def test_projects_their_money_and_those_behind(made, page, start):
    """Steps and money are of the same day; 逾期 and 停滞 are counted apart, and together are named so."""
    for number in range(start, start + 20):
        pick = random.Random(number)
        repository = made(pick.choice(("growing", "falling", "mixed", "tied")), pick.randrange(3))
        query, where, months = _pick(pick)
        chains = some(pick, _CHAINS, 1)
        text = page(repository, "/projects", chain=chains, **query)
        day = pd.Timestamp(f"{months[-1]}-01") + pd.offsets.MonthEnd(0)
        stock = sums.projects_on(repository.sheets, day)
        stock = sums.under(stock, towns=where["towns"], chains=[_CHAINS[c] for c in chains])
        signed = stock[stock["签约日期"] >= f"{months[0]}-01"]
        cell = find(r"签约项目\|[^|]*\|(?P<count>[\d,]+|—)\|", text)
        assert cell["count"] == str(len(signed)), f"{number} {query}"
        newest = max(row["月份"] for row in repository.sheets["月度经营"])
        knows_money = months[-1] >= newest
        late = sums.behind(stock, day, knows_money=knows_money)
        cell = find(r"逾期与停滞\|[^|]*\|(?P<count>[\d,]+|—)\|个\|(?P<parts>.*?)\|截至期末签约", text)
        assert cell["count"] == str(sum(late)), f"{number} {query} {late} {cell}"
        for name, count in zip(("未开工", "停滞", "未竣工", "未投产"), late, strict=True):
            assert (f"{name} {count}" in cell["parts"]) == (count > 0), f"{number} {query} {late} {cell}"
        if not len(signed):
            continue
        cell = find(r"开工率\|[^|]*\|(?P<rate>[\d.]+)\|%\| 已开工 (?P<started>\d+)个", text)
        assert int(cell["started"]) == int((signed["step"] > 0).sum()), f"{number} {query}"
        assert is_shown(float((signed["step"] > 0).mean()), f"{cell['rate']}%"), f"{number} {query}"
        cell = find(r"投资完成率\|[^|]*\|(?P<rate>[\d.]+|—)\|", text)
        if knows_money:
            done = signed["累计完成投资（万元）"].sum() / signed["计划总投资（万元）"].sum()
            assert is_shown(float(done), f"{cell['rate']}%"), f"{number} {query} {done} {cell}"
        else:
            assert cell["rate"] == "—", f"{number} {query}: money of another day"
        overview = page(repository, "/", **query)
        own = sums.projects_on(repository.sheets, day)
        together = sum(sums.behind(sums.under(own, towns=where["towns"]), day, knows_money=knows_money))
        if together:
            assert f"逾期或停滞 {together}个" in overview, f"{number} {query} {together}"


@pytest.mark.slow
@pytest.mark.parametrize("period", ["2021", "2022"])
def test_land_of_d_firms_and_firms_below_the_line(small, page, period):
    """Land of D firms is divided by that of all evaluated firms, in the key value and in the table alike."""
    grades = {"2021": land_district.BEFORE_GRADES, "2022": land_district.NOW_GRADES}[period]
    figures = {"2021": land_district.BEFORE, "2022": land_district.NOW}[period]
    columns = ["kind", "town", "chain", "division"]
    firms = pd.DataFrame([dict(zip(columns, land_district.MEMBERSHIP[n], strict=True)) | {"n": n} for n in figures])
    firms["land"], firms["tax"] = ([figures[n][i] or 0.0 for n in firms["n"]] for i in (0, 1))
    firms["grade"] = [grades[n] for n in firms["n"]]
    for number in range(35):
        pick = random.Random(number)
        towns, divisions, chains = some(pick, _TOWNS), some(pick, ("17", "18", "27", "34", "33")), some(pick, ("fashion",), 1)
        text = page(small, "/land", period=period, town=towns, industry=divisions, chain=chains)
        own = firms[
            firms["division"].isin(divisions or firms["division"])
            & firms["chain"].isin(["时尚产业"] if chains else firms["chain"])
        ]
        every = own
        own = own[own["town"].isin([_TOWNS[t] for t in towns] or own["town"])]
        where = f"{number} {period} {towns} {divisions} {chains}"
        worst = own[own["grade"] == "D"]
        cell = (
            find(r"D类占地\|[^|]*\|(?P<land>[\d,]+|—)\|(?:亩\|)?(?P<share>[\d.]+%|—)\|? ?占评价用地", text) if len(own) else None
        )
        if cell and own["land"].sum():
            assert is_shown(float(worst["land"].sum()), cell["land"]), f"{where} {cell}"
            assert is_shown(float(worst["land"].sum() / own["land"].sum()), cell["share"]), f"{where} {cell}"
        table = text.split("D类企业用地")[-1]
        for name, rows in every.groupby("town"):
            bad = rows[rows["grade"] == "D"]
            row = re.search(rf"{name}\|(?:只看|取消){name}\|(?P<land>[\d,.]+|—)\|(?P<share>[\d.]+%|—)\|(?P<firms>\d+|—)\|", table)
            if row and len(bad):
                assert is_shown(float(bad["land"].sum()), row["land"]), f"{where} {row.groupdict()}"
                assert is_shown(float(bad["land"].sum() / rows["land"].sum()), row["share"]), f"{where} {row.groupdict()}"
                assert int(row["firms"]) == len(bad), where
        if (own["kind"] == "规上").any():  # the group that the plane of land and tax shows first; empty without its firms
            cell = find(r"\|(?:(?P<count>\d+)家|没有)(?P<group>规上|宗地)企业亩均税收低于2万元/亩", text)
            assert cell["group"] == "规上", where
            shown_firms = own[own["kind"] == "规上"]
            assert int(cell["count"] or 0) == int((shown_firms["tax"] / shown_firms["land"] < 2).sum()), f"{where} {cell}"


@pytest.mark.slow
def test_enterprises_above_scale_are_those_of_the_last_month_with_a_row(made, page):
    """Counted in the last reported month of the period; compared in the last one that both years have."""
    for number in range(40):
        pick = random.Random(number)
        repository = made(pick.choice(("growing", "falling", "mixed", "one firm")), pick.randrange(3))
        query, where, months = _pick(pick)
        key = pick.choice(sorted(_CHAINS))
        rows = sums.under(sums.monthly(repository.sheets), chains=[_CHAINS[key]], **where)
        text = page(repository, f"/chain/{key}", **query)
        cell = find(rf"规上企业数\|规上企业数：[^|]*\|(?P<value>[\d,]+|—)\|(?:家\|)?(?:{_CHANGE}\|)?", text)
        value, base, compared = sums.enterprises(rows, months)
        assert cell["value"] == (f"{value:,}" if value else "—"), f"{number} {query} {value} {cell}"
        if value and base:
            assert is_shown(compared / base - 1, cell["change"]), f"{number} {query} {compared} {base} {cell}"
        else:
            assert cell["change"] in (None, "—"), f"{number} {query} {cell}"


@pytest.mark.slow
def test_renewal_is_done_by_date_on_the_page_and_at_the_command_line_alike(made, page, district):
    """更新完成率: full area of what was completed by the period's end ÷ area of all; never of a completion without a date."""
    for number in range(40):
        pick = random.Random(number)
        repository = made(pick.choice(("growing", "mixed", "tied")), pick.randrange(3))
        towns, period = some(pick, _TOWNS), pick.choice(sorted(_PERIODS))
        day = pd.Timestamp(f"{_PERIODS[period][-1]}-01") + pd.offsets.MonthEnd(0)
        done, every = sums.renewal(repository.sheets, day, [_TOWNS[t] for t in towns])
        where = f"{number} {period} {towns} {done} of {every}"
        text = page(repository, "/space", period=period, town=towns)
        cell = find(r"已完成更新面积\|[^|]*\|(?P<area>[\d,.]+)\|亩\|", text)
        assert cell["area"] == "0" if not done else is_shown(done, cell["area"]), f"{where} {cell}"
        query = parse_query(
            "更新完成率", "", towns=tuple(towns), industries=(), chains=(), period=period, compare="none", district=district
        )
        [row] = query_rows(repository, query)
        assert row["value"] == (pytest.approx(done / every) if every else None), where


@pytest.mark.slow
def test_the_walls_two_figures_of_green_energy_are_of_two_sheets(made, district, shape):
    """绿色能源投资 adds up 月度经营; 绿色能源计划投资 the planned investment of the green projects signed."""
    for number in range(30):
        pick = random.Random(number)
        repository = made(pick.choice(("growing", "falling", "mixed")), pick.randrange(3))
        towns, period = some(pick, _TOWNS), pick.choice(sorted(_PERIODS))
        names, months = [_TOWNS[t] for t in towns], _PERIODS[period]
        ctx = resolve_context(repository, Selection(period=period, towns=tuple(sorted(towns))))
        overview, projects = scenes.overview_scene(ctx), scenes.projects_scene(ctx)
        monthly = sums.under(sums.monthly(repository.sheets), towns=names)
        invested = monthly[monthly["月份"].isin(months)][sums.GREEN].sum(min_count=1)
        own = next(kpi for kpi in overview.others if kpi.label == "绿色能源投资")
        assert own.compared.value == pytest.approx(invested, nan_ok=True), f"{number} {period} {towns}"
        day = pd.Timestamp(f"{months[-1]}-01") + pd.offsets.MonthEnd(0)
        signed = sums.under(sums.projects_on(repository.sheets, day), towns=names)
        signed = signed[signed["签约日期"] >= f"{months[0]}-01"]
        html = render_scene(projects, WallContext(district, shape, Viewport(), "wide")).html
        fact = re.search(r"绿色能源计划投资\D*?(?P<planned>[\d,.]+)\D*?亿元", re.sub(r"<[^>]*>", " ", html))
        if not len(signed):
            assert fact is None, f"{number} {period} {towns}"
            continue
        planned = signed.loc[signed["绿色能源"], "计划总投资（万元）"].sum()
        assert is_shown(float(planned), f"{fact['planned']}亿元"), f"{number} {period} {towns} {planned} {fact}"
