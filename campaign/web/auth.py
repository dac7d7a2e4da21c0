"""Who may call a route: every view says so with one of these."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import abort, current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from campaign.domain.permission import Permission, permits
from campaign.models import User
from campaign.web import scope

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[P, R]
FRESH = timedelta(minutes=10)


def public(view: View[P, R]) -> View[P, R]:
    """Say aloud that anyone may call this view."""
    view.access = "public"  # type: ignore[attr-defined]  # read by the tests
    return view


def signed_in(view: View[P, R]) -> View[P, R]:
    """Let anybody with an account call this view; others go to the sign-in page."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        _require_account()
        return view(*args, **kwargs)

    guarded.access = "account"  # type: ignore[attr-defined]  # read by the tests
    return guarded


def creators(view: View[P, R]) -> View[P, R]:
    """Let those call this view who may create campaigns."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        _require_account()
        if not me().may_create_campaigns:
            abort(403)
        return view(*args, **kwargs)

    guarded.access = "creators"  # type: ignore[attr-defined]  # read by the tests
    return guarded


def requires(permission: Permission, *, fresh: bool = False) -> Callable[[View[P, R]], View[P, R]]:
    """Let members call this view whose role in the campaign of the address carries the permission.

    Somebody else's campaign is 404, the same as one that doesn't exist; the own one without the role 403.
    A `fresh` view asks whoever signed in a while ago to prove again who they are.
    """

    def decorate(view: View[P, R]) -> View[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            _require_account()
            g.member = scope.member(str(kwargs["campaign"]))
            if not permits(g.member.role, permission):
                abort(403)
            if fresh:
                _require_fresh_sign_in()
            return view(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]  # read by the tests
        return guarded

    return decorate


def me() -> User:
    """Return the account of whoever is signed in."""
    return cast(User, current_user._get_current_object())  # the way out of the proxy


def can(permission: Permission) -> bool:
    """Return whether the member of this request may do something; for templates."""
    return "member" in g and permits(g.member.role, permission)


def _require_fresh_sign_in() -> None:
    """Lead whoever proved more than ten minutes ago who they are to do so again, and then back to this page.

    The library's own check lets a step before this one count, and so could be put off for hours.
    """
    age = datetime.now(UTC).timestamp() - session.get("fs_paa", 0)
    if not -FRESH.total_seconds() < age < FRESH.total_seconds():
        flash(_("What comes next is sensitive. Please show once more that it is you."), "message")
        page = request.path.rpartition("/")[0] + "/"  # a step's own address has no page; that of its form is one above
        abort(redirect(url_for("security.verify", next=page), 303))


def _require_account() -> None:
    if not current_user.is_authenticated:
        abort(current_app.login_manager.unauthorized())  # type: ignore[attr-defined]  # set by Flask-Login
