"""What every answer carries, errors and static files included."""

from flask import Flask, Response, current_app, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from campaign.web import language

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
}
TWO_YEARS = "max-age=63072000; includeSubDomains"
PERSONAL = ("/r/", "/h/", "/manage/", "/account/")


class SessionsOfReaders(SecureCookieSessionInterface):
    """Leaves the session out of answers that are the same for everybody, so that caches may keep them."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the session's cookie, and say that the answer varies by it, only where it may."""
        if not _is_shared():
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Put the headers on every answer."""
    app.session_interface = SessionsOfReaders()
    app.after_request(_add)


def share() -> None:
    """Say that this answer is the same for everybody: it sets no cookie and varies by no language."""
    g.is_shared = True


def on_every_answer() -> dict[str, str]:
    """Return what every answer of this installation carries."""
    is_secure = current_app.config["SETTINGS"].is_secure
    return {**ALWAYS, **({"Strict-Transport-Security": TWO_YEARS} if is_secure else {})}


def _is_shared() -> bool:
    return request.endpoint == "static" or bool(g.get("is_shared"))


def _add(response: Response) -> Response:
    for name, value in on_every_answer().items():
        response.headers.setdefault(name, value)
    if request.path.startswith(PERSONAL):
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    if request.endpoint == "security.logout":
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    if request.endpoint is not None and not _is_shared():
        response.vary.update(("Cookie", "Accept-Language"))
        response = language.remember(response)
        response.headers.setdefault("Cache-Control", "no-cache")
    return response
