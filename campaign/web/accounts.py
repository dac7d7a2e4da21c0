"""Signing in: Flask-Security's pages, our rows for who is signed in where, and one-time links."""

import hmac
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import user_logged_in, user_logged_out
from flask_security import (
    ForgotPasswordForm,
    LoginForm,
    MailUtil,
    Security,
    SQLAlchemyUserDatastore,
    WebauthnUtil,
    login_user,
)
from flask_security.signals import password_changed, password_reset
from flask_security.utils import set_request_attr
from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement, UserVerificationRequirement

from campaign.config import Settings
from campaign.db import begin_writing, db, finish_writing, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.limit import PASSWORDS_TO_ADDRESS
from campaign.domain.url import is_local_path
from campaign.models import User, WebAuthn
from campaign.services import members, outbox
from campaign.web import account_words, language, limits
from campaign.web.auth import public
from campaign.web.errors import sentence

blueprint = Blueprint("accounts", __name__, url_prefix="/account")
IN_SESSION = "sign_in"


class QueuedMail(MailUtil):
    """Puts the library's mails into the outbox: nothing is sent while somebody waits."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: Any,
        sender: Any,
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        now = datetime.now(UTC)
        if not limits.may_be_mailed(PASSWORDS_TO_ADDRESS, str(recipient), now=now):
            return
        outbox.put(
            "account",
            unique_key=f"account:{template}:{uuid.uuid4()}",
            to=str(recipient),
            language=language.current(),
            now=now,
            subject=str(subject),
            body=body or "",
        )


class Passkeys(WebauthnUtil):
    """Asks for a passkey of any maker that names its owner by itself."""

    def authenticator_selection(self, form: Any, usage: str) -> AuthenticatorSelectionCriteria:
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        )


def init_app(app: Flask) -> None:
    """Set up accounts: the library under /account/, our sign-ins behind it."""
    settings: Settings = app.config["SETTINGS"]
    app.config.update(_library_config(settings), **account_words.messages())
    app.register_blueprint(blueprint)
    datastore = SQLAlchemyUserDatastore(db, User, None, WebAuthn)  # type: ignore[arg-type]  # roles belong to campaigns
    security = Security(app, datastore, mail_util_cls=QueuedMail, webauthn_util_cls=Passkeys)
    security.login_manager.user_loader(_load_user)
    security.login_manager.request_loader(lambda request: None)
    user_logged_in.connect(_note_sign_in, app)
    user_logged_out.connect(_forget_sign_in, app)
    for signal in (password_changed, password_reset):
        signal.connect(_sign_out_everywhere, app)
    app.before_request(_limit)
    app.before_request(_begin_library_write)
    app.after_request(_finish_library_write)


@blueprint.get("/link/<token>/")
@public
def link(token: str) -> str:
    """Show whom the link would sign in; looking changes nothing."""
    return render_template("account/link.html", user=members.linked_user(token, now=datetime.now(UTC)))


@blueprint.post("/link/<token>/")
@public
def use_link(token: str) -> ResponseReturnValue:
    """Sign in the owner of a one-time link."""
    now = datetime.now(UTC)
    try:
        with unit_of_work():
            login_user(members.use_link(token, now=now), authn_via=["link"])
    except Refused:
        flash(_("This link was used already, or its day is over. Ask for a new one."), "error")
        return redirect(url_for("security.login"), 303)
    return redirect(url_for("manage.home"), 303)


def _library_config(settings: Settings) -> dict[str, object]:
    salt = hmac.digest(settings.data_keys[-1], b"password salt", "sha256").hex()
    return {
        "SECURITY_URL_PREFIX": "/account",
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_POST_LOGIN_VIEW": "/manage/",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SALT": salt,
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": "Campaign",
        "SECURITY_FRESHNESS": timedelta(hours=1),
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=10),
        "SECURITY_EMAIL_SENDER": settings.mail_from,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_DEFAULT_REMEMBER_ME": False,
    }


def _load_user(uniquifier: str) -> User | None:
    """Return the signed-in user, provided that this browser's sign-in still stands."""
    secret = session.get(IN_SESSION)
    user = members.signed_in_user(secret, now=datetime.now(UTC)) if secret else None
    if user is None or user.fs_uniquifier != uniquifier:
        return None
    # The library's own pages ask it how somebody came in, and when.
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return user


def _note_sign_in(app: Flask, user: User, **kwargs: object) -> None:
    session[IN_SESSION] = members.sign_in(user, now=datetime.now(UTC))


def _forget_sign_in(app: Flask, **kwargs: object) -> None:
    if secret := session.pop(IN_SESSION, None):
        members.sign_out(secret)


def _sign_out_everywhere(app: Flask, user: User, **kwargs: object) -> None:
    members.sign_out_everywhere(user)
    _note_sign_in(app, user)


def _limit() -> ResponseReturnValue | None:
    """Show the form again, with the address that was typed, to a network that tries too often."""
    try:
        limits.check_account_form()
    except Refused as refused:
        is_sign_in = request.endpoint == "security.login"
        form = (LoginForm if is_sign_in else ForgotPasswordForm)(formdata=request.form)
        form.form_errors.append(sentence(refused))
        template = "login_user" if is_sign_in else "forgot_password"
        page = render_template(f"security/{template}.html", **{f"{template}_form": form})
        return page, *limits.status(refused)
    return None


def _is_library_write() -> bool:
    return request.blueprint == "security" and request.method == "POST"


def _begin_library_write() -> ResponseReturnValue | None:
    """Run the library's own changes as one unit of work; refuse a foreign place to go on to."""
    if request.endpoint and not is_local_path(request.args.get("next") or request.form.get("next") or "/"):
        return redirect(url_for("security.login"), 303)
    if _is_library_write():
        begin_writing()
    return None


def _finish_library_write(response: Response) -> Response:
    if _is_library_write():
        finish_writing(keep=response.status_code < 400)
    return response
