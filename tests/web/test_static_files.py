"""Static files over the wire."""

import gzip

from flask import Flask

from campaign.web.filters import static_url


def test_a_drawing_is_compressed_only_when_asked_for(app: Flask) -> None:
    plain = app.test_client().get("/static/map/world.svg")
    zipped = app.test_client().get("/static/map/world.svg", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert int(zipped.headers["Content-Length"]) == len(zipped.data) < 30_000
    assert zipped.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_a_named_version_is_kept_for_ever_and_another_for_an_hour(app: Flask) -> None:
    with app.test_request_context():
        address = static_url("css/base.css")
    assert "immutable" in app.test_client().get(address).headers["Cache-Control"]
    assert "immutable" not in app.test_client().get("/static/css/base.css").headers["Cache-Control"]


def test_a_file_that_is_known_already_is_not_sent_again(app: Flask) -> None:
    etag = app.test_client().get("/static/css/base.css").headers["ETag"]
    again = app.test_client().get("/static/css/base.css", headers={"If-None-Match": etag, "Accept-Encoding": "gzip"})
    assert (again.status_code, again.data) == (304, b"")
