"""What a person reads when something isn't possible: refusals, and pages that aren't there."""

from collections.abc import Iterable

from flask import Flask, Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from campaign.db import db
from campaign.domain.errors import Refused

RETRY_SECONDS = 30
KEPT_HEADERS = frozenset({"Allow", "Retry-After", "Location", "WWW-Authenticate"})
FALLBACK = _l("That isn't possible as it stands. Please look at what you typed.")

SENTENCES = {
    "away-half": _l("Give both days, or neither."),
    "away-reversed": _l("The last day must not be before the first."),
    "deputy-unfit": _l("Choose another organizer of this campaign who may act for others."),
    "handover-unfit": _l("Only a coordinator can hand over, and only to another one."),
    "invitation-elsewhere": _l("You are signed in as somebody else. Sign out, then open the link again."),
    "invitation-sign-in": _l("There is an account with this address. Sign in with it, then accept."),
    "invitation-used": _l("This invitation was used already, or its time is over."),
    "last-owner": _l("A campaign needs an owner. Make somebody else one first."),
    "member-already": _l("This address organizes the campaign already."),
    "proposal-claimed": _l("This is in the hands of %(by)s just now."),
    "proposal-decided": _l("This is decided already."),
    "proposal-move": _l("This is decided already, or was changed meanwhile."),
    "window-reversed": _l("The last day must not be before the first."),
    "account-exists": _l("There is an account with this address already."),
    "answer-not-a-day": _l("Write a day that exists, such as 2027-02-26."),
    "answer-not-a-number": _l("Write a whole number, at most %(limit)s."),
    "answer-not-a-phone": _l("Write a telephone number with its country's code, such as +49 30 901820."),
    "answer-not-an-email": _l("Write a mail address such as name@example.org."),
    "answer-not-an-option": _l("Choose one of the options shown."),
    "answer-too-few": _l("Choose at least %(limit)s."),
    "answer-too-large": _l("Write a number that is at most %(limit)s."),
    "answer-too-many": _l("Choose at most %(limit)s."),
    "answer-too-short": _l("That is too short: at least %(limit)s characters."),
    "answer-too-small": _l("Write a number that is at least %(limit)s."),
    "answer-required": _l("This question needs an answer."),
    "campaign-file-broken": _l("This isn't a campaign's file as it is exported, or it was changed by hand."),
    "campaign-file-version": _l("The file has version %(version)s, which isn't known here. Take a newer program."),
    "capacity-out-of-range": _l("Write a number from 1 to %(limit)s, or leave it empty."),
    "closes-twice": _l("Say either when registration closes, or how long before the start."),
    "colour-not-usable": _l("Write the colour as # and six digits, such as #7a1f2b."),
    "condition-not-a-choice": _l("Only a choice or a box to tick can decide about another question."),
    "condition-not-earlier": _l("A question can only depend on one that is asked earlier."),
    "condition-option-unknown": _l("Choose answers that the earlier question has."),
    "door-closed": _l("The day of this door is over."),
    "door-day-over": _l("This day is over. Choose the event's day."),
    "door-locked": _l("The PIN was wrong too often, so this link is locked. Ask an organizer for a new one."),
    "door-not-yet": _l("This door opens on the day of the event."),
    "consent-changed": _l("These words have changed meanwhile. Please read them, and tick the box if you agree."),
    "consent-missing": _l("Write the text in the campaign's main language, too."),
    "edition-exists": _l("The edition %(year)s exists already."),
    "edition-move": _l("The edition can't go from that state to this one."),
    "ends-before-start": _l("The end must be later than the start."),
    "event-full": _l("All places are taken. If somebody cancels, the form opens again."),
    "event-move": _l("The event can't go from that state to this one."),
    "event-was-public": _l("People have seen this event already. Cancel it instead of deleting it."),
    "hosted-over": _l("The event is over or cancelled, and can't be changed any more."),
    "host-letters-today": _l("You wrote to them %(limit)s times in the last 24 hours. Please wait until tomorrow."),
    "invitation-not-usable": _l("This invitation has no places left for so many people. Try a smaller number."),
    "invitation-over": _l("Choose a time that is still to come."),
    "lead-out-of-range": _l("Write at most %(limit)s days before the start."),
    "letter-incomplete": _l("Write a subject and a text in the campaign's main language."),
    "letter-sent": _l("This letter is sent; it can't be changed any more. Write another."),
    "message-not-given-up": _l("This mail is on its way already."),
    "message-resent-today": _l("This mail was sent again today already. Wait until tomorrow."),
    "photo-broken": _l("This photo can't be read to its end. Take it from the camera or telephone once more."),
    "photo-missing": _l("Choose a photo."),
    "photo-moves": _l("This picture moves. Choose a photo that stands still."),
    "photo-not-alone": _l("This file holds more than a photo. Save it anew in a picture program and try again."),
    "photo-too-heavy": _l("This photo is too large: at most %(limit)s MB. Save it in a smaller size and try again."),
    "photo-too-many-pixels": _l(
        "This photo has too many pixels: at most %(limit)s million. Save it smaller and try again."
    ),
    "photo-unknown-kind": _l("This is no photo that can be shown here. Choose a JPEG, PNG or WebP file."),
    "placeholder-not-in-subject": _l("%(placeholder)s is only for the text: a subject names nobody and holds no link."),
    "placeholder-unknown": _l("Nothing takes the place of %(placeholder)s. Use only what is listed beside the form."),
    "event-has-registrations": _l("People hold a place. Cancel the event instead, so that they are told."),
    "file-missing": _l("Choose a file."),
    "file-not-readable": _l("This file can't be read. Save it as CSV (UTF-8) or XLSX and try again."),
    "file-too-large": _l("This file is too large: at most %(limit)s rows or 5 MB."),
    "form-too-old": _l("The form was open for very long. Please look at it once more and send it again."),
    "form-too-quick": _l("That was very quick, as robots are. Please press the button once more."),
    "kept-days-out-of-range": _l("Write a number of days from 1 to %(limit)s."),
    "language-missing": _l("Give the name in the campaign's main language."),
    "library-full": _l("The library holds %(limit)s questions; remove one that you don't need first."),
    "limit-below-taken": _l("%(taken)s people have chosen this option already; it can't have fewer places."),
    "limits-crossed": _l("The first limit must not be above the second."),
    "limits-out-of-range": _l("For this kind of answer the limits lie from %(low)s to %(high)s."),
    "link-used": _l("This link was used already, or its day is over."),
    "minutes-out-of-range": _l("Write a length from one minute to 31 days."),
    "observance-day-missing": _l("Say on which day it is observed."),
    "observance-day-unexpected": _l("Leave the day empty, or choose “another date”."),
    "offer-lapsed": _l("The time for this place has passed, and it has gone on. You can register once more."),
    "opens-twice": _l("Say either when registration opens, or how long before the start."),
    "option-full": _l("This choice has not enough places left. Choose another, or a smaller number of people."),
    "party-out-of-range": _l("Write a number of people from 1 to %(limit)s."),
    "proof-missing": _l("There is much going on just now. Please wait half a minute and send the form once more."),
    "proof-too-early": _l("Half a minute has not passed yet. Please wait a little and send the form once more."),
    "party-size-always-asked": _l("How many come is asked of everybody."),
    "party-size-twice": _l("The form asks already how many come."),
    "party-too-large": _l("There are not enough places left for so many people. Try a smaller number."),
    "option-twice": _l("The option “%(option)s” stands there twice."),
    "question-decides": _l("Another question is only asked after certain answers to this one. Change that one first."),
    "question-needs-options": _l("A choice needs two to %(limit)s options, one a line."),
    "question-sensitive": _l("Tick this box to keep the question, or ask for less."),
    "party-settled": _l("The number of people can't change any more."),
    "quota-out-of-range": _l("Write a number of places from 1 to %(limit)s."),
    "registered-already": _l("This mail address is registered for the event already."),
    "registration-attended": _l("You have been there already. You can still erase everything."),
    "registration-cancelled": _l("The event is cancelled."),
    "registration-closed": _l("Registration is closed."),
    "registration-ended": _l("This registration has ended and can't be changed any more."),
    "registration-expired": _l("The place was held for you until its time ran out. Please register again."),
    "registration-move": _l("This registration has ended, or was changed already."),
    "registration-none": _l("This event takes no registrations; just come."),
    "registration-not-yet": _l("Registration has not opened yet."),
    "renewal-over": _l("This year's day is over. Thank you all the same."),
    "renewal-paused": _l("Nobody is written to while attack mode is on or the campaign is withdrawn."),
    "renewal-settled": _l("The event is published already. Change it on its own page, or write to the organizers."),
    "renewal-taken": _l("Somebody else carries it out now, or answers for it. Please write to the organizers."),
    "renewal-to-oneself": _l("This is your own address. Write the one of whoever carries it out instead of you."),
    "renewal-too-late": _l("The first day of this year has come: it is too late to ask."),
    "report-move": _l("Somebody has dealt with this report already. Look at it once more."),
    "report-none-checked": _l("Check at least one host's report first."),
    "report-not-held": _l("This event is not public or was cancelled, so there is nothing to report."),
    "report-not-yet": _l("The event is not over yet. Come back when it is."),
    "roll-over-no-source": _l("No year before %(year)s has events that could be taken over."),
    "roll-over-published": _l("Part of this step is public already. Delete the drafts that shall go one by one."),
    "roll-over-undone": _l("This step was taken back already."),
    "rule-day-not-in-month": _l("This month has no such day; its last is %(last)s."),
    "rule-days-out-of-range": _l("It can last 1 to 31 days."),
    "rule-field-missing": _l("This kind of day needs this, too."),
    "rule-month-out-of-range": _l("Write a month from 1 to %(last)s."),
    "rule-offset-out-of-range": _l("Write a number of days from -120 to 120."),
    "exception-day-too-far": _l("Choose a day in this year, or at most 31 days outside it."),
    "series-taken": _l("This series has an event in this year already."),
    "slug-not-usable": _l("Use lower-case letters, digits and hyphens, such as open-data-day."),
    "slug-taken": _l("This address is taken already. Choose another."),
    "text-too-long": _l("That is too long: at most %(limit)s characters."),
    "too-long": _l("An event can last 31 days at most."),
    "too-many-doors": _l("There are %(limit)s links already. Close those that nobody uses."),
    "too-many-tokens": _l("You have %(limit)s secrets already. Take one back that you don't need."),
    "too-many": _l("This was done very often within the hour. Please try again in %(minutes)s min."),
    "too-many-photos": _l("There are %(limit)s photos already. Remove one first."),
    "too-many-questions": _l("An event can have %(limit)s questions at most."),
    "approval-told": _l("They have been told already. If they shall not come, cancel or decline."),
    "note-missing": _l("Write the note."),
    "sheet-too-large": _l("An XLSX file can't hold so much (%(limit)s). Take CSV, or one event at a time."),
    "tag-missing": _l("Write the tag, in letters and digits."),
    "language-not-translated": _l("Choose a language of the campaign other than its main one."),
    "phrase-stale": _l("The text in the main language is another by now. Export it anew and translate what it says."),
    "phrase-twice": _l("This key stands in the file more than once."),
    "phrase-unknown": _l("The campaign has no such text any more."),
    "phrase-unsure": _l("It is marked as unsure (fuzzy). Take the mark away once it is right."),
    "placeholders-differ": _l("The original and the translation don't have the same gaps: %(placeholders)s."),
    "plan-changed": _l("Something has changed meanwhile. Please look at it once more."),
    "po-empty": _l("There are no texts in this file."),
    "po-not-readable": _l("This file can't be read. Save it as PO in UTF-8 and try again."),
    "po-other-language": _l("The file says that it holds another language: %(language)s."),
    "po-too-large": _l("This file is too large: at most %(limit)s MB and 5,000 texts."),
    "tribute-move": _l("The tribute can't go from that state to this one."),
    "tributes-closed": _l("The book takes nothing at the moment. Please keep your words and come back in some days."),
    "tributes-not-taken": _l("The book takes nothing new any more."),
    "too-many-tags": _l("A registration can have %(limit)s tags at most."),
    "url-characters": _l("An address has no spaces and no special characters."),
    "url-host": _l("Write the whole address, such as https://www.example.org/."),
    "url-port": _l("The number after the colon isn't a port."),
    "url-scheme": _l("The address must start with https:// or http://."),
    "url-too-long": _l("This address is too long: at most %(limit)s characters."),
    "url-userinfo": _l("Leave user name and password out of the address."),
    "year-archived": _l("This year is in the archive: it can be read, and no longer changed."),
    "year-hidden": _l("The public doesn't see this year. Open it first."),
    "year-has-no-day": _l("The rule gives no day in %(year)s."),
    "year-out-of-range": _l("Choose a year from 1900 to 2200."),
    "zone-missing": _l("Choose a time zone for these times."),
    "zone-unknown": _l("This time zone doesn't exist. Choose one from the list."),
}
"""What to say for a refusal; its facts fill the gaps."""


def sentence(refused: Refused) -> str:
    """Return the sentence for a refusal: what is wrong, and what to do about it."""
    code, facts = refused.code, refused.facts
    if code == "event-incomplete":
        missing = facts["missing"]
        words = gaps([str(one) for one in missing] if isinstance(missing, list) else [])
        return _("Before it can be published it needs: %(gaps)s.", gaps=words)
    if code == "capacity-below-taken":
        taken = int(str(facts["taken"]))
        return ngettext(
            "%(num)s place is taken already; the capacity can't be lower.",
            "%(num)s places are taken already; the capacity can't be lower.",
            taken,
        )
    known = SENTENCES.get(code, FALLBACK)
    return str(known) % facts if facts else str(known)


def gaps(missing: Iterable[str]) -> str:
    """Return what an event lacks, in words."""
    words = {
        "name": _("a name"),
        "place": _("a place or an online address"),
        "city": _("a city"),
        "zone": _("a time zone"),
        "end": _("an end"),
    }
    return ", ".join(words[gap] for gap in missing)


def init_app(app: Flask) -> None:
    """Answer every error with a page in the site's look."""
    app.add_template_filter(gaps)
    app.before_request(_refuse_nul)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _page)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(IntegrityError, _at_the_same_moment)
    app.register_error_handler(Refused, lambda refused: _show(409, _("Not possible"), sentence(refused)))
    app.register_error_handler(InternalServerError, _page)


def _page(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    titles = {
        401: (_("Who is asking?"), _("Send a secret that holds, as “Authorization: Bearer …”.")),
        400: (_("That request can't be read"), _("Go back, load the page again and try once more.")),
        403: (_("Not for your role"), _("Your role in this campaign doesn't include this. Ask its owner.")),
        404: _not_here(),
        405: (_("Not that way"), _("This address can't be used like this. Go back to the page before.")),
        410: (_("Gone"), _("What was here has been withdrawn.")),
        413: (_("That is too much at once"), _("The form or the file is larger than this page takes. Shorten it.")),
        503: (_("One moment, please"), _("The site is busy. Nothing was lost that you can see; please try again.")),
    }
    broken = (_("Something broke on our side"), _("Nothing you typed was stored. Please try again in a while."))
    title, words = titles.get(code, broken if code >= 500 else titles[400])
    headers = {name: value for name, value in error.get_headers() if name in KEPT_HEADERS}
    if error.response is not None:
        return error.response
    return (*_show(code, title, words), headers)


def _not_here() -> tuple[str, str]:
    """Return title and sentence; the same for a secret link that is unknown, used, old, or somebody else's."""
    if "token" in (request.view_args or {}):
        why = _("It has a slip, was used already, or what it led to is deleted. Try the link in our newest mail.")
        return _("This link opens nothing"), why
    return _("Page not found"), _("It may have been moved, or the address has a slip. Start from the campaigns.")


def _stale_form(error: CSRFError) -> ResponseReturnValue:
    words = _("The form was open for too long, or cookies are off. Go back, load the page again and send it once more.")
    return _show(400, _("Please send the form again"), words)


def _refuse_nul() -> None:
    """Refuse an address with a NUL, which no text has and PostgreSQL doesn't take: nothing has such a name."""
    if request.endpoint and "\0" in request.path:
        abort(404)
    if request.endpoint and b"%00" in request.query_string:
        abort(400)


def _foreign_host(error: SecurityError) -> ResponseReturnValue:
    """Answer without a page: under a name that isn't ours, no address can be made for its links."""
    return Response("This site has another name.\n", 400, mimetype="text/plain")


def _at_the_same_moment(error: IntegrityError) -> ResponseReturnValue:
    """Answer when the database refused what another request had just stored."""
    db.session.rollback()
    words = _("Somebody stored the same thing at this very moment. Go back, look again and send it once more.")
    return _show(409, _("Not possible"), words)


def _database_away(error: OperationalError) -> ResponseReturnValue:
    db.session.rollback()
    words = _("The site is busy and could not store this. Go back, wait half a minute and send it again.")
    return (*_show(503, _("One moment, please"), words), {"Retry-After": str(RETRY_SECONDS)})


def _show(code: int, title: str, words: str) -> tuple[str | Response, int]:
    """Return a page; to programs, a problem in JSON (RFC 9457)."""
    if request.path.startswith("/api/"):
        problem = jsonify(type="about:blank", title=title, status=code, detail=words)
        problem.mimetype = "application/problem+json"
        return problem, code
    return render_template("errors/error.html", code=code, title=title, sentence=words, path=request.path), code
