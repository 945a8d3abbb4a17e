"""Districts with holes at random (months, towns, enterprises that come and go), against sums made here from the rows alone.

Decisions 0023: a value is over the months that are covered, a comparison over those covered on both sides; 可比口径 keeps the
enterprises with a row on both sides. The newest month is always reported: what a period beyond it means is tested elsewhere.
"""

from __future__ import annotations

import random

import pytest

from cockpit.metric_query import parse_query, query_rows
from data.database.engine import open_engine, upgrade_schema
from data.loaders import read_batch
from data.publishing.published_rows import PublishedRows
from data.publishing.publishing import publish
from data.repository.repository import DatabaseRepository
from tests import oracle, workbooks
from tests.conftest import TODAY

TOWNS = ("塘栖镇", "东湖街道", "南苑街道")
FIRMS = range(8)
MONTHS = oracle.span("2021-01", "2022-12")
PERIODS = ("2022", "2022-01..2022-06", "2022-03", "2022-04..2022-09", "2021-07..2022-06")


class Holes:
    """Output and tax (万元) by (enterprise, month) of a random district, and what follows from them."""

    def __init__(self, seed):
        rng = random.Random(seed)
        self.firms = [
            workbooks.firm(n, **{"所属镇街": rng.choice(TOWNS), "用地面积（亩）": round(rng.uniform(5, 50), 2)}) for n in FIRMS
        ]
        missing = set(rng.sample(MONTHS[:-1], rng.choice([0, 1, 2])))
        town_missing = {(rng.choice(TOWNS), rng.choice(MONTHS[:-1])) for _ in range(rng.choice([0, 1, 2]))}
        self.values = {}
        for n in FIRMS:
            first, last = rng.choice([0, 0, 0, 6, 12]), rng.choice([24, 24, 24, 18, 20])
            for i, month in enumerate(MONTHS):
                reports = first <= i < last and month not in missing and (self.town(n), month) not in town_missing
                if reports and rng.random() > 0.04:
                    self.values[n, month] = round(rng.uniform(50, 150), 2), round(rng.uniform(5, 9), 2)
        self.values.setdefault((0, MONTHS[-1]), (100.0, 6.0))

    def town(self, n):
        return self.firms[n]["所属镇街"]

    def write(self, path):
        rows = [workbooks.month(n, m, output=o, **{"入库税收（万元）": t}) for (n, m), (o, t) in sorted(self.values.items())]
        return workbooks.write(path, {"企业名录": self.firms, "月度经营": rows})

    def scope(self, towns):
        return [n for n in FIRMS if not towns or self.town(n) in towns]

    def covered(self, months, firms):
        return [m for m in months if any((n, m) in self.values for n in firms)]

    def output(self, firms, months):
        return sum(self.values[n, m][0] for n in firms for m in months if (n, m) in self.values)

    def growth(self, firms, months, back):
        """Return the growth over the months that are covered here and ``back`` months before; ``None`` without any."""
        both = [m for m in self.covered(months, firms) if self.covered([oracle.shift(m, -back)], firms)]
        base = self.output(firms, [oracle.shift(m, -back) for m in both])
        return self.output(firms, both) / base - 1 if base else None

    def comparable_growth(self, firms, months):
        both = [m for m in self.covered(months, firms) if self.covered([oracle.shift(m, -12)], firms)]
        before = [oracle.shift(m, -12) for m in both]
        same = [n for n in firms if all(any((n, m) in self.values for m in side) for side in (both, before))]
        base = self.output(same, before)
        return self.output(same, both) / base - 1 if base else None

    def tax_per_mu(self, last):
        window = [oracle.shift(last, -i) for i in range(12)]
        present = {n for n in FIRMS if any((n, m) in self.values for m in window)}
        tax = sum(self.values[n, m][1] for n in FIRMS for m in window if (n, m) in self.values)
        return tax / sum(self.firms[n]["用地面积（亩）"] for n in present)


@pytest.fixture(scope="module", params=range(8))
def case(request, district, tmp_path_factory):
    folder = tmp_path_factory.mktemp("holes")
    engine = open_engine(f"sqlite:///{folder}/cockpit.sqlite3")
    upgrade_schema(engine)
    holes = Holes(request.param)
    batch = read_batch(holes.write(folder / "a.xlsx"), district, PublishedRows(engine), today=TODAY)
    publish(engine, batch, who="t", accept_warnings=True)
    yield holes, DatabaseRepository(engine, district)
    engine.dispose()


def ask(repository, district, metric, period, *, compare="yoy", by="", towns=(), comparable=False):
    query = parse_query(metric, by, towns=towns, industries=(), chains=(), period=period, compare=compare, district=district)
    return query_rows(repository, query, comparable=comparable)


def months_of(period):
    first, _, last = period.partition("..")
    return oracle.span(f"{first}-01", f"{first}-12") if len(first) == 4 else oracle.span(first, last or first)


def is_same(actual, expected):
    return actual == expected if expected is None else actual == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("towns", [(), ("塘栖镇",), ("东湖街道",)], ids=lambda t: "".join(t) or "all")
@pytest.mark.parametrize("period", PERIODS)
def test_output_and_growth(case, district, period, towns):
    holes, repository = case
    firms, months = holes.scope(towns), months_of(period)
    if not holes.covered(MONTHS, firms):
        return
    [row] = ask(repository, district, "工业总产值", period, towns=towns)
    covered = holes.covered(months, firms)
    assert is_same(row["value"], holes.output(firms, covered) if covered else None)
    assert is_same(row["change"], holes.growth(firms, months, 12))
    [row] = ask(repository, district, "工业总产值", period, towns=towns, comparable=True)
    assert is_same(row["change"], holes.comparable_growth(firms, months))


@pytest.mark.parametrize("period", ["2022-03", "2022-04..2022-06", "2022-07..2022-12"])
def test_the_run_just_before(case, district, period):
    holes, repository = case
    months = months_of(period)
    [row] = ask(repository, district, "工业总产值", period, compare="mom")
    assert is_same(row["change"], holes.growth(list(FIRMS), months, len(months)))


@pytest.mark.parametrize("period", ["2022", "2022-03", "2022-04..2022-09"])
def test_twelve_months_of_tax_over_the_land_of_those_present(case, district, period):
    holes, repository = case
    [row] = ask(repository, district, "亩均税收", period, compare="none")
    assert is_same(row["value"], holes.tax_per_mu(months_of(period)[-1]))


def test_each_town_grows_by_its_own_months(case, district):
    holes, repository = case
    for row in ask(repository, district, "工业总产值", "2022", by="town"):
        firms = holes.scope((row["town"],))
        assert is_same(row["change"], holes.growth(firms, months_of("2022"), 12))
