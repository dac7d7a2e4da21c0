"""Counting, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.models import Hits
from campaign.services import limits

HOUR = timedelta(hours=1)


def count(app: Flask, key: str, now: datetime) -> int:
    with app.app_context(), unit_of_work():
        return limits.count({key: now + HOUR})[key]


def test_counting_counts(app_on_both: Flask, now: datetime) -> None:
    assert [count(app_on_both, key, now) for key in ("a", "a", "b", "a")] == [1, 2, 1, 3]
    assert limits.counted(["a", "b", "c"], now=now) == {"a": 3, "b": 1, "c": 0}
    assert db.session.scalars(select(Hits.expires_at)).all() == [now + HOUR] * 2


def test_several_keys_are_counted_at_once(app_on_both: Flask, now: datetime) -> None:
    count(app_on_both, "b", now)
    with unit_of_work():
        assert limits.count({"a": now + HOUR, "b": now + 2 * HOUR, "c": now}) == {"a": 1, "b": 2, "c": 1}


def test_what_is_over_counts_no_more(app_on_both: Flask, now: datetime) -> None:
    count(app_on_both, "a", now)
    assert limits.counted(["a"], now=now + HOUR) == {"a": 0}


def test_everybody_at_once_gets_another_number(app_on_both: Flask, now: datetime) -> None:
    with ThreadPoolExecutor(8) as crowd:
        numbers = list(crowd.map(lambda _number: count(app_on_both, "a", now), range(40)))
    assert sorted(numbers) == list(range(1, 41))


def test_a_proof_is_spent_once(app_on_both: Flask, now: datetime) -> None:
    with unit_of_work():
        assert limits.spend(b"1" * 32, until=now + HOUR)
        assert not limits.spend(b"1" * 32, until=now + HOUR)
        assert limits.spend(b"2" * 32, until=now + HOUR)
    with unit_of_work():
        assert not limits.spend(b"1" * 32, until=now + HOUR)
