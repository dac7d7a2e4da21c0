"""Forgetting by the clock: the purge, a batch in each unit of work, and erasures done again after a restore."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from campaign import erasure_list
from campaign.db import unit_of_work
from campaign.services import erasures, fading_proposals, idle_hosts, polls, privacy

T = TypeVar("T")

PAUSE = 0.3
"""How long others have the database after each batch, as a share of the time that the batch took."""


def purge(*, now: datetime) -> Iterator[int]:
    """Delete what is over; yield how many registrations went with each batch.

    Whoever stops halfway has done half of it, and the next run does the rest.
    """
    ids = privacy.due_registrations(now=now)
    yield from _in_batches(ids, lambda some: privacy.forget_registrations(some, run=now))
    rest = (
        _in_batches(privacy.due_messages(now=now), lambda some: privacy.forget_messages(some, run=now)),
        _in_batches(privacy.due_hits(now=now), lambda some: privacy.forget_hits(some, run=now)),
        _in_batches(privacy.due_challenges(now=now), lambda some: privacy.forget_challenges(some, run=now)),
        _in_batches(idle_hosts.due(now=now), lambda some: idle_hosts.forget(some, run=now)),
        _in_batches(fading_proposals.due(now=now), lambda some: fading_proposals.forget(some, run=now)),
        _in_batches(privacy.due_tributes(now=now), lambda some: privacy.forget_tributes(some, run=now)),
    )
    for step in rest:
        for _count in step:
            pass
    with unit_of_work():
        polls.purge(now=now)


def keep_erased(folder: Path, *, now: datetime) -> int:
    """Forget again whom the list has and the database, an older one, doesn't; then list whom it lacks.

    Return how many were forgotten again.
    """
    listed = erasure_list.read(folder)
    again = erasures.unknown(listed)
    for erased in again:
        with unit_of_work():
            erasures.apply(erased, now=now)
    hosts_again = idle_hosts.again(listed)
    for number in hosts_again:
        with unit_of_work():
            idle_hosts.erase(number, now=now)
    erasure_list.append(folder, erasures.unlisted(listed))
    return len(again) + len(hosts_again)


def _in_batches(found: Sequence[T], forget: Callable[[Sequence[T]], None]) -> Iterator[int]:
    for first in range(0, len(found), privacy.BATCH):
        some = found[first : first + privacy.BATCH]
        began = time.monotonic()
        with unit_of_work():
            forget(some)
        time.sleep((time.monotonic() - began) * PAUSE)
        yield len(some)
