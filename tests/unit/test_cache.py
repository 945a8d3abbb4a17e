"""Caches by region: bounded by entries or bytes, least recently used first, shared by threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from cockpit import cache
from cockpit.cache import Cache, Region


@pytest.fixture
def results():
    return Cache()


def test_the_least_recently_used_result_goes_first(results):
    region, computed = Region("two", 2), []

    def get(key):
        return results.get_or_compute(region, key, lambda: (computed.append(key), key)[1])

    for key in ("a", "b", "a", "c", "a", "b"):
        assert get(key) == key
    assert computed == ["a", "b", "c", "b"]


def test_results_may_be_bounded_by_size_and_the_newest_stays(results):
    region = Region("ten", 10, len)
    for text in ("four", "five5", "four", "123456"):
        results.get_or_compute(region, text, lambda text=text: text)
    assert [results.get(region, text) for text in ("four", "five5", "123456")] == ["four", None, "123456"]
    results.put(region, "123456", "1")
    results.put(region, "more", "12345")
    assert [results.get(region, text) for text in ("four", "123456", "more")] == ["four", "1", "12345"]
    results.put(region, "huge", "x" * 11)
    assert [results.get(region, text) for text in ("four", "123456", "more", "huge")] == [None, None, None, "x" * 11]


def test_none_is_a_result_too(results):
    """An enterprise that the register lacks is queried once."""
    region, computed = Region("two", 2), []
    assert [results.get_or_compute(region, "unknown", lambda: computed.append(1)) for _ in range(2)] == [None, None]
    assert computed == [1]


def test_a_region_without_bound_drops_nothing_whatever_the_others_do(results):
    every, few = Region("every", None), Region("few", 8)
    for i in range(5000):
        results.get_or_compute(every, i % 50, lambda i=i: i)
        results.get_or_compute(few, i, lambda i=i: i)
    assert [results.get(every, i) for i in range(50)] == list(range(50))
    assert [results.get(few, i) for i in (4991, 4992, 4999)] == [None, 4992, 4999]


def test_regions_with_the_same_key_have_nothing_in_common(results):
    first, second = Region("same", 2), Region("same", 2)
    results.put(first, "key", 1)
    assert results.get_or_compute(second, "key", lambda: 2) == 2
    assert results.get(first, "key") == 1


def test_a_region_stays_within_its_bound_when_threads_share_it(results):
    region, computed = Region("eight", 8), []

    def get(number):
        key = number % 50
        return results.get_or_compute(region, key, lambda: computed.append(key) or -key) == -key

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(get, range(4000)))
    assert sum(results.get(region, key) is not None for key in range(50)) <= 8
    get(7)
    before = len(computed)
    get(7)
    assert len(computed) == before, "cached, not computed again"


def test_a_result_may_be_computed_from_others_of_the_same_region(results):
    region = Region("two", 2)
    assert results.get_or_compute(region, "outer", lambda: results.get_or_compute(region, "inner", lambda: 1) + 1) == 2


def test_each_region_has_a_name_of_its_own():
    names = [value.name for value in vars(cache).values() if isinstance(value, Region)]
    assert len(names) == len(set(names)) > 20


def test_the_newest_few_stay_however_large_they_are(results):
    region = Region("ten", 10, len, at_least=2)
    for text in ("x" * 50, "y" * 50, "z" * 50):
        results.put(region, text[0], text)
    assert [results.get(region, key) is not None for key in "xyz"] == [False, True, True]
    for key in "abcde":
        results.put(region, key, "12")
    assert [results.get(region, key) is not None for key in "zabcde"] == [False, True, True, True, True, True]


def test_the_newest_few_stay_only_as_far_as_their_units_may_reach(results):
    region = Region("ten", 10, len, at_least=5, at_most=40)
    for key in "abcdef":
        results.put(region, key, key * 8)
    assert [results.get(region, key) is not None for key in "abcdef"] == [False, True, True, True, True, True]
    for key in "uvwxyz":
        results.put(region, key, key * 20)
    assert [results.get(region, key) is not None for key in "uvwxyz"] == [False, False, False, False, True, True]
    results.put(region, "huge", "h" * 1000)
    assert [results.get(region, key) is not None for key in ("y", "z", "huge")] == [False, False, True]


@pytest.mark.parametrize("units", [1, 10_000, 2**20, 6 * 2**20, 7 * 2**20, 40 * 2**20, 96 * 2**20])
def test_pairs_of_any_size_are_bounded_in_bytes(results, units):
    """However many enterprises a district has: a worker's memory is bounded."""

    class Pair:
        nbytes = units // 4  # of each of its two cubes, as much again for what is computed of them

        @property
        def cube(self):
            return self

    for key in range(300):
        results.put(cache.COUNTED, key, (Pair(), Pair()))
    stored = sum(results.get(cache.COUNTED, key) is not None for key in range(300))
    assert stored >= 1
    assert stored * (units // 4 * 4) <= cache.COUNTED.at_most
    if units <= cache.COUNTED.at_most // cache.COUNTED.at_least:
        assert stored >= cache.COUNTED.at_least
