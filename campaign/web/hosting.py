"""The public form by which anybody proposes an event; nobody reads it before its mail address is confirmed."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField

from campaign.domain.errors import Refused
from campaign.domain.event import Draft
from campaign.domain.limit import PROPOSING_FROM_NETWORK, PROPOSING_IN_CAMPAIGN
from campaign.domain.proposal import Window
from campaign.domain.url import clean_url
from campaign.models import Campaign, Edition, Event
from campaign.services import events, hosts, near_duplicates, proposals
from campaign.web import language, limits, scope
from campaign.web.auth import public
from campaign.web.fields import MailField, Needed
from campaign.web.hosting_form import HostingForm
from campaign.web.registrations import NameField, submission_id

blueprint = Blueprint("hosting", __name__)


class ProposalForm(HostingForm):
    """An event and who proposes it, and what keeps robots away."""

    host_name = NameField(_l("Your name"), limit=80, validators=[Needed()], description=_l("Only organizers see it."))
    email = MailField(_l("Mail address"), validators=[Needed()])
    keeps_rules = BooleanField(_l("We keep to these rules"), validators=[Needed()])
    is_another = BooleanField(_l("Ours is another event; send it anyway"))
    website = StringField(_l("Leave this empty"))
    submission = HiddenField()

    def __init__(self, edition: Edition) -> None:
        super().__init__(edition)
        if not any(edition.campaign.host_rules.values()):
            del self.keeps_rules
        if not self.is_submitted():
            self.submission.data = str(uuid.uuid4())


@blueprint.get("/<campaign>/host/")
@public
def form(campaign: str) -> ResponseReturnValue:
    """Show the form; or say why nothing can be proposed just now."""
    found = scope.public_campaign(campaign)
    edition, window = _coming(found)
    if edition is None or window is not Window.OPEN:
        return _closed_page(found, edition, window)
    blank = ProposalForm(edition)
    blank.suggest(edition)
    if draft := _from_address(request.args.get("from", "")):
        blank.show(draft)
    return _form_page(blank, edition)


@blueprint.post("/<campaign>/host/")
@public
def propose(campaign: str) -> ResponseReturnValue:
    """Keep a proposal and write to its host; the answer is the same whether we knew the address or not."""
    found = scope.public_campaign(campaign)
    edition, window = _coming(found)
    if edition is None or window is not Window.OPEN:
        return _closed_page(found, edition, window), 409
    sent = ProposalForm(edition)
    thanks = redirect(url_for("hosting.sent", campaign=campaign), 303)
    if sent.website.data:
        return thanks
    if not sent.validate():
        return _form_page(sent, edition), 422
    if not sent.is_another.data and (near := near_duplicates.of_draft(edition, sent.draft())):
        return _form_page(sent, edition, near), 422
    try:
        with limits.sending([_aim(found)], str(sent.email.data)):
            _propose(edition, sent, datetime.now(UTC))
    except Refused as refused:
        sent.blame(refused)
        return _form_page(sent, edition), *limits.status(refused)
    return thanks


@blueprint.get("/<campaign>/host/sent")
@public
def sent(campaign: str) -> str:
    """Ask to look into the mail."""
    return render_template("hosting/sent.html", campaign=scope.public_campaign(campaign))


def _propose(edition: Edition, sent: ProposalForm, now: datetime) -> None:
    email, name = str(sent.email.data), str(sent.host_name.data)
    reads = language.current()
    host = hosts.find_or_add(edition.campaign, email=email, name=name, language=reads, now=now)
    proposals.propose(
        edition,
        sent.draft(),
        host=host,
        note=sent.note.data,
        language=sent.written_in(),
        submission=submission_id(sent.submission.data),
        is_confirmed=False,
        now=now,
    )


def _coming(campaign: Campaign) -> tuple[Edition | None, Window]:
    return proposals.coming(campaign, today=datetime.now(UTC).date())


def _aim(campaign: Campaign) -> limits.Aim:
    return limits.Aim(f"host-{campaign.id}", PROPOSING_IN_CAMPAIGN, False, PROPOSING_FROM_NETWORK)


def _form_page(sent: ProposalForm, edition: Edition, near: Sequence[Event] = ()) -> str:
    return render_template(
        "hosting/form.html",
        form=sent,
        campaign=edition.campaign,
        edition=edition,
        near=near,
        notes=limits.notes_for(_aim(edition.campaign)),
    )


def _closed_page(campaign: Campaign, edition: Edition | None, window: Window) -> str:
    return render_template("hosting/closed.html", campaign=campaign, edition=edition, window=window)


def _from_address(typed: str) -> Draft | None:
    """Return what is known of an event that takes place anyway: all of it from its page here, else that it has one.

    People go on registering where its own page is.
    """
    event = scope.public_event_at(typed)
    try:
        url = typed if event else clean_url(typed) if typed else None
    except Refused:
        return None
    if event is None:
        return Draft(name={}, url=url, takes_registrations=False) if url else None
    known = replace(events.draft_of(event), url=url, takes_registrations=False, capacity=None, external_id=None)
    return known if event.shows_venue else replace(known, venue=None, address=None)
