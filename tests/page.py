"""A browser for tests that looks at every page it opens: heading, title, labels, ids, addresses, headers."""

import re
from collections import Counter
from contextvars import Context
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from campaign.db import db, unit_of_work
from campaign.i18n import LANGUAGES, direction
from campaign.models import User
from campaign.services import members

HTML = "{http://www.w3.org/1999/xhtml}"


class Page:
    """One answer, and for HTML its tree."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.text = response.get_data(as_text=True)
        self.is_html = response.mimetype == "text/html"
        if self.is_html:
            self.tree = self._parse()

    @property
    def heading(self) -> str:
        """The words of the page's one h1."""
        return words(self.all("h1")[0])

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return self.response.headers["Location"]

    def all(self, tag: str) -> list[Element]:
        """Return the elements of a kind."""
        return list(self.tree.iter(f"{HTML}{tag}"))

    def by_id(self, id: str) -> Element | None:
        """Return the element with an id."""
        return next((one for one in self.tree.iter() if one.get("id") == id), None)

    def error_of(self, field: str) -> str:
        """Return the sentence beside a form's field, "" where there is none."""
        found = self.by_id(f"{field}-error")
        return words(found) if found is not None else ""

    def value_of(self, field: str) -> str | None:
        """Return what stands in a form's field."""
        found = self.by_id(field)
        assert found is not None, f"no field {field}"
        return words(found) if found.tag == f"{HTML}textarea" else found.get("value")

    def _parse(self) -> Element:
        parser = html5lib.HTMLParser(strict=False)
        tree: Element = parser.parse(self.text)
        errors = [(position, code) for position, code, _facts in parser.errors]
        assert not errors, f"invalid HTML: {errors[:3]}"
        return tree

    def check(self) -> None:
        """Look for what no page may have, and what every page must; a redirect is nothing to look at."""
        if not self.is_html or 300 <= self.status < 400:
            return
        headings = self.all("h1")
        assert len(headings) == 1, f"{len(headings)} headings"
        title = words(self.all("title")[0])
        assert title.startswith(self.heading), f"title {title!r} does not start with {self.heading!r}"
        root = self.tree if self.tree.tag == f"{HTML}html" else self.all("html")[0]
        language = root.get("lang", "")
        assert language in LANGUAGES
        assert root.get("dir") == direction(language)
        self._check_ids()
        self._check_labels()
        self._check_inline()
        self._check_addresses()

    def _check_ids(self) -> None:
        ids = Counter(one.get("id") for one in self.tree.iter() if one.get("id"))
        double = [id for id, count in ids.items() if count > 1]
        assert not double, f"ids used twice: {double}"
        for label in self.all("label"):
            assert label.get("for") in ids, f"label for nothing: {words(label)!r}"

    def _check_labels(self) -> None:
        labelled = {label.get("for") for label in self.all("label")}
        for tag in ("input", "select", "textarea"):
            for one in self.all(tag):
                if one.get("type") in ("hidden", "submit"):
                    continue
                assert one.get("id") in labelled or one.get("aria-label"), f"no label: {one.attrib}"

    def _check_inline(self) -> None:
        for one in self.tree.iter():
            inline = [name for name in one.attrib if name == "style" or name.startswith("on")]
            assert not inline, f"inline {inline} on {one.tag}"
        assert not self.all("style")
        for script in self.all("script"):
            assert script.get("src"), "an inline script"

    def _check_addresses(self) -> None:
        for one in self.tree.iter():
            loads = one.tag != f"{HTML}a"
            for name in ("src", "href", "action"):
                parts = urlsplit(one.get(name) or "")
                assert parts.scheme != "javascript"
                if parts.hostname and loads:
                    assert parts.hostname == "127.0.0.1", f"a page loads from {parts.hostname}"


def words(element: Element) -> str:
    """Return an element's text with single spaces."""
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


class Client:
    """Opens pages as one visitor; each page is looked at.

    Each request runs in a context of its own, as on a server: nothing of the test's, or of the request before, is
    left for it.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.http: FlaskClient = app.test_client()

    def sign_in(self, user: User) -> None:
        """Sign in by a one-time link."""
        with unit_of_work():
            token = members.link(user, now=datetime.now(UTC))
        page = self.post(f"/account/link/{token}/")
        assert page.status == 303, page.text

    def get(self, path: str, **kwargs: object) -> Page:
        """Open a page."""
        return self._open("GET", path, **kwargs)

    def post(self, path: str, data: object = None, **kwargs: object) -> Page:
        """Send a form."""
        return self._open("POST", path, data=data, **kwargs)

    def follow(self, page: Page) -> Page:
        """Go where a redirect leads."""
        assert page.status in (301, 302, 303, 308), f"{page.status}: {page.text[:300]}"
        return self.get(page.location)

    def _open(self, method: str, path: str, **kwargs: object) -> Page:
        db.session.rollback()  # what the test holds is read afresh, and stands in nobody's way
        page = Page(Context().run(self.http.open, path, method=method, **kwargs))  # type: ignore[arg-type]
        page.check()
        for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"):
            assert name in page.response.headers, f"{name} is missing"
        return page
