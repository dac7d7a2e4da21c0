"""Static files: compressed when asked for, and kept for ever under an address that names their content."""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

COMPRESSED = frozenset({"text/css", "text/javascript", "image/svg+xml"})
FOR_EVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    """Look after what the `static` route answers."""
    app.after_request(_keep_and_compress)


def _keep_and_compress(response: Response) -> Response:
    """Compress style sheets, scripts and drawings; pages with secrets in them stay as they are (BREACH)."""
    if request.endpoint != "static":
        return response
    if "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = FOR_EVER
    if response.mimetype in COMPRESSED:
        response.vary.add("Accept-Encoding")
        if response.status_code == 200 and request.accept_encodings.quality("gzip") > 0:
            response.direct_passthrough = False
            response.set_data(_zip(response.get_data()))
            response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=128)
def _zip(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)
