"""What a door says, in colour, sign and words: the same sentences from the server and from the page's script."""

from flask_babel import gettext as _

Sentence = tuple[str, str]
"""How good the news is (as the notices of `_macros.html` name it), and the words with their named gaps."""


def sentences() -> dict[str, Sentence]:
    """Return every sentence of the door by its name: `domain.checkin.Outcome`, and what a device finds out itself."""
    return {**_of_tickets(), **_of_device()}


def _of_tickets() -> dict[str, Sentence]:
    return {
        "may-come-in": ("good", _("Confirmed. Not here yet.")),
        "partly-here": ("good", _("Confirmed. %(come)s of %(party)s are here since %(time)s.")),
        "let-in": ("good", _("Let in. %(come)s of %(party)s are here.")),
        "already-here": ("warn", _("Already here since %(time)s.")),
        "already-elsewhere": ("warn", _("Already checked in at the other door at %(time)s.")),
        "not-confirmed": ("bad", _("Not confirmed: this registration holds no confirmed place.")),
        "waiting": ("bad", _("On the waiting list: no place has come free for this registration.")),
        "ended": ("bad", _("Cancelled or expired: this ticket holds no place any more.")),
        "other-event": ("bad", _("This ticket is for another event.")),
        "unknown": ("bad", _("Not a ticket of this event. Look at the code again, or search by name.")),
        "nobody": ("bad", _("Nobody of this name is registered here.")),
        "taken-back": ("plain", _("Taken back. %(come)s of %(party)s are here.")),
        "nothing-to-take-back": ("warn", _("There is nothing to take back: it was done already.")),
    }


def _of_device() -> dict[str, Sentence]:
    return {
        "online": ("good", _("Connected. Everything is stored.")),
        "ready": ("good", _("Connected. Everything is stored, and this page goes on working without a network.")),
        "sending": ("plain", _("Being sent: %(count)s.")),
        "offline": ("warn", _("No network. The list on this device is used; waiting to be sent: %(count)s.")),
        "empty": ("bad", _("No network, and no list on this device yet. Open this page once with a network.")),
        "pin": ("warn", _("Load this page again and type the PIN or sign in; waiting to be sent: %(count)s.")),
        "closed": ("bad", _("This door is closed. The list is deleted from this device; not sent: %(count)s.")),
        "finished": ("good", _("Finished. Everything is stored, and the list is deleted from this device.")),
        "unsent": ("warn", _("Not sent yet: %(count)s. Connect this device first, so that nothing is lost.")),
        "not-on-device": (
            "warn",
            _("Not on this device's list, and there is no network to ask. Somebody may have registered since."),
        ),
        "conflict": ("warn", _("%(name)s: already checked in at the other door at %(time)s.")),
        "refused": ("bad", _("%(name)s was let in here without a network, but holds no place now.")),
        "no-camera": ("warn", _("The camera can't be used. Allow it in the browser, or type the code.")),
    }
