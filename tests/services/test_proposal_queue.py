"""The queue under load and haste: its index is asked, and of two who act at once one acts."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import cast

from flask import Flask, current_app
from sqlalchemy import text
from sqlalchemy.event import listen, remove

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.models import Proposal, User
from campaign.services import proposal_queue
from campaign.services.proposal_queue import Wanted
from tests.services.test_proposals import World, world

__all__ = ["world"]


def test_the_queue_asks_its_index(world: World) -> None:
    """A year's other proposals, decided long ago, cost nothing."""
    seen: list[str] = []

    def look(connection: object, cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    listen(db.engine, "before_cursor_execute", look)
    proposal_queue.find(world.edition, Wanted(countries=["DE"], country="DE"), page=1)
    proposal_queue.counts(world.edition, ["DE"])
    remove(db.engine, "before_cursor_execute", look)
    asked = [one for one in seen if "proposal.edition_id =" in one]
    assert len(asked) == 3
    assert all("status IN ('asked-back', 'waiting')" in one for one in asked)
    if db.engine.dialect.name == "sqlite":
        where = "edition_id = 1 AND status IN ('asked-back', 'waiting') AND country IN ('DE')"
        plan = db.session.execute(text(f"EXPLAIN QUERY PLAN SELECT id FROM proposal WHERE {where}")).all()
        assert "ix__proposal__edition_id_country_id" in str(plan)


def test_two_who_press_the_button_at_once(world: World) -> None:
    """One of them approves; the other learns that it is decided."""
    proposal = world.propose(world.host())
    number, owner, app = proposal.id, world.owner.id, cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    db.session.rollback()
    together = Barrier(2)

    def approve() -> str:
        with app.app_context():
            mine, me = db.session.get_one(Proposal, number), db.session.get_one(User, owner)
            together.wait()
            try:
                with unit_of_work():
                    proposal_queue.approve(mine, actor=me, now=world.now)
            except Refused as refused:
                return refused.code
            finally:
                db.session.remove()
            return "approved"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(done.result() for done in [pool.submit(approve) for _one in range(2)])
    assert outcomes == ["approved", "proposal-decided"]
    assert world.mails() == ["approved"]


def test_two_who_claim_at_once(world: World) -> None:
    proposal = world.propose(world.host())
    others = [world.make.user(f"{name}@example.org").id for name in ("one", "two")]
    number, app = proposal.id, cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    db.session.rollback()
    together = Barrier(2)

    def claim(who: int) -> str:
        with app.app_context():
            mine, me = db.session.get_one(Proposal, number), db.session.get_one(User, who)
            together.wait()
            try:
                with unit_of_work():
                    proposal_queue.claim(mine, actor=me, now=world.now)
            except Refused as refused:
                return refused.code
            finally:
                db.session.remove()
            return "mine"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(claim, others))
    assert outcomes == ["mine", "proposal-claimed"]
