"""An author's own page of a tribute, opened by the link that was shown once: GET only shows, POST acts."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign import address
from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.limit import TRIBUTES_FROM_NETWORK
from campaign.models import Tribute
from campaign.services import tributes
from campaign.web import limits, scope
from campaign.web.auth import public
from campaign.web.errors import sentence
from campaign.web.registrations import ActForm
from campaign.web.tributes import WordsForm

blueprint = Blueprint("own_tribute", __name__, url_prefix="/t/<token>")


@blueprint.get("/")
@public
def mine(token: str) -> str:
    """Show an author what they wrote, and what became of it."""
    found, form = scope.own_tribute(token), WordsForm()
    form.offer(found.campaign)
    form.text.data, form.name.data, form.language.data = found.text, found.name or None, found.language
    return _page(found, token, form)


@blueprint.post("/edit")
@public
def edit(token: str) -> ResponseReturnValue:
    """Change one's words; they wait to be read again."""
    found, form = scope.own_tribute(token), WordsForm()
    form.offer(found.campaign)
    if not form.validate():
        return _page(found, token, form), 422
    try:
        limits.check_network(TRIBUTES_FROM_NETWORK)
        with unit_of_work():
            tributes.edit(found, form.draft(), now=datetime.now(UTC))
    except Refused as refused:
        form.form_errors.append(sentence(refused))
        return _page(found, token, form), *limits.status(refused)
    flash(_("Your words are saved. Somebody reads them before they are shown."), "message")
    return redirect(url_for("own_tribute.mine", token=token), 303)


@blueprint.post("/delete")
@public
def delete(token: str) -> ResponseReturnValue:
    """Take one's words back."""
    found = scope.own_tribute(token)
    book = url_for("tributes.book", campaign=found.campaign.slug)
    has_book = tributes.has_book(found.campaign) and found.campaign.withdrawn_at is None
    with unit_of_work():
        tributes.delete(found)
    flash(_("What you wrote is deleted. Nothing of it is kept."), "message")
    return redirect(book if has_book else url_for("site.home"), 303)


def _page(tribute: Tribute, token: str, form: WordsForm) -> str:
    return render_template(
        "tributes/mine.html",
        tribute=tribute,
        campaign=tribute.campaign,
        token=token,
        form=form,
        act=ActForm(),
        own_address=address.tribute_page(token),
    )
