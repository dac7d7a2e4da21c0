"""A browser for tests of who somebody is: no request sees what another one, or the test itself, left behind."""

from contextvars import Context

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Apart(FlaskClient):
    """Sends each request in a context of its own, as a server does.

    Flask's own client runs inside the test's application context, where `g` and the signed-in user stay.
    """

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        """Send one request."""
        return Context().run(super().open, *args, **kwargs)  # type: ignore[arg-type]
