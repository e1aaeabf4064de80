import pytest

from textmeter.bench.spread import Spread, ratio, spread, timed


def test_of_many_times() -> None:
    found = spread([n / 1000 for n in range(1, 101)])
    assert (found.count, found.most) == (100, 100)
    assert found.p50 == pytest.approx(50.5)
    assert found.p95 == pytest.approx(95.05)
    assert found.p99 == pytest.approx(99.01)


def test_order_is_nothing_to_it() -> None:
    assert spread([0.3, 0.1, 0.2]) == spread([0.1, 0.2, 0.3])


def test_of_one_time_everything_is_that_time() -> None:
    assert spread([0.25]) == Spread(1, 250, 250, 250, 250)


def test_of_nothing_there_is_none() -> None:
    with pytest.raises(ValueError, match="nothing to spread"):
        spread([])


def test_as_json_it_is_rounded_to_microseconds() -> None:
    assert spread([0.0123456]).as_json() == {
        "count": 1,
        "p50_ms": 12.346,
        "p95_ms": 12.346,
        "p99_ms": 12.346,
        "most_ms": 12.346,
    }


def test_a_ratio_is_none_where_something_is_missing() -> None:
    assert ratio(3, 2) == 1.5
    assert [ratio(None, 2), ratio(3, None), ratio(3, 0)] == [None, None, None]


def test_what_is_slow_is_timed_a_few_times_only() -> None:
    assert timed(lambda: None, most=50, least=3, seconds=60).count == 50
    assert timed(lambda: None, most=50, least=3, seconds=0).count == 3
