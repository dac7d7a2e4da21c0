"""What the program says of itself: one line an event, never a token, an address or a name."""

import json
import logging
import re
import sys
from datetime import UTC, datetime

SECRET_PATHS = re.compile(r"/(r|h|t|door|link|reset|mine|register|invitations?)/[A-Za-z0-9_.-]{16,}")
MAIL_ADDRESSES = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"']+")


def mask(text: str) -> str:
    """Return a text without what would open a page or name a person."""
    return MAIL_ADDRESSES.sub("…@…", SECRET_PATHS.sub(r"/\1/…", text))


class Lines(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Return level, origin and message, then the traceback."""
        return mask(super().format(record))


class Json(logging.Formatter):
    """A line for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one JSON object."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": mask(record.getMessage()),
        }
        if record.exc_info:
            line["traceback"] = mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def set_up(log_format: str) -> None:
    """Write warnings and worse to standard error, in the chosen format."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if log_format == "json" else Lines("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
