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
PERSONAL = ("/r/", "/h/", "/t/", "/door/", "/manage/", "/account/")
INVITATIONS = ("registrations.form", "registrations.register")
SCANNING = {
    "Content-Security-Policy": POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    + "; worker-src 'self'",
    "Permissions-Policy": ALWAYS["Permissions-Policy"].replace("camera=()", "camera=(self)"),
}
"""Instead, on the pages of a door: they read codes with the camera."""


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


def let_camera_in() -> None:
    """Say that this page may ask for the camera and run the reader of codes."""
    g.has_scanner = True


def on_every_answer() -> dict[str, str]:
    """Return what every answer of this installation carries."""
    is_secure = current_app.config["SETTINGS"].is_secure
    return {**ALWAYS, **({"Strict-Transport-Security": TWO_YEARS} if is_secure else {})}


def _is_shared() -> bool:
    return request.endpoint == "static" or bool(g.get("is_shared"))


def _is_personal() -> bool:
    """Return whether the page is for one person alone: by where it stands, or by an invitation's secret address."""
    is_invitation = request.endpoint in INVITATIONS and "token" in (request.view_args or {})
    return request.path.startswith(PERSONAL) or is_invitation


def _add(response: Response) -> Response:
    scanning = SCANNING if g.get("has_scanner") else {}
    for name, value in {**on_every_answer(), **scanning}.items():
        response.headers.setdefault(name, value)
    if _is_personal():
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    if request.endpoint == "security.logout":
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    if request.endpoint is not None and not _is_shared():
        response.vary.update(("Cookie", "Accept-Language"))
        response = language.remember(response)
        response.headers.setdefault("Cache-Control", "no-cache")
    return response
