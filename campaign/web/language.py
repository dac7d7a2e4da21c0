"""Which language a page is in: the address says, else the cookie, else the browser."""

from urllib.parse import urlencode

from flask import Response, g, has_request_context, request, url_for
from flask_babel import get_locale

from campaign.i18n import LANGUAGES, OWN_NAMES

PARAMETER = "hl"
COOKIE = "language"
YEAR = 365 * 24 * 3600


def of_request() -> str:
    """Return the language of this request's page; English outside of any request."""
    if not has_request_context():
        return "en"
    asked = (request.args.get(PARAMETER), request.cookies.get(COOKIE))
    chosen = next((language for language in asked if language in LANGUAGES), None)
    return chosen or request.accept_languages.best_match(LANGUAGES) or "en"


def current() -> str:
    """Return the code of the language that texts are in now; English outside of any request."""
    locale = get_locale()
    return locale.language if locale else "en"


def remember(response: Response) -> Response:
    """Keep a language that was chosen by a link, in a cookie that says nothing else."""
    chosen = request.args.get(PARAMETER)
    if chosen in LANGUAGES and request.cookies.get(COOKIE) != chosen and not g.get("is_shared"):
        response.set_cookie(COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure, httponly=True)
    return response


def menu() -> list[tuple[str, str, str]]:
    """Return each language with its own name and this page's address in it."""
    if request.endpoint is None or request.method != "GET":
        return [(code, OWN_NAMES[code], url_for("site.home", hl=code)) for code in LANGUAGES]
    query = [(name, value) for name, value in request.args.items(multi=True) if name != PARAMETER]
    # Put together by hand: what somebody types behind the question mark may have the name of an option of url_for.
    here = url_for(request.endpoint, **(request.view_args or {}))
    return [(code, OWN_NAMES[code], f"{here}?{urlencode([*query, (PARAMETER, code)])}") for code in LANGUAGES]
