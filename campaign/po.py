"""PO files, which translators' programs read and write: phrases to bytes and back, nothing in them trusted."""

import io
import re
from collections.abc import Iterable
from datetime import datetime

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from campaign.domain.errors import Refused
from campaign.domain.phrase import BYTE_LIMIT, COUNT_LIMIT, LINE_LIMIT, Phrase

SPOKEN = re.compile("[a-z]{2,3}")
"""What of a locale such as az_AZ is the language."""


def write(phrases: Iterable[Phrase], *, language: str, project: str, at: datetime) -> bytes:
    """Return a file in UTF-8: the key as msgctxt, the text as msgid, its translation as msgstr."""
    catalog = Catalog(
        locale=language, project=project, version="1", charset="utf-8", creation_date=at, revision_date=at, fuzzy=False
    )
    for phrase in phrases:
        catalog.add(phrase.source, phrase.translation, context=phrase.key)
    content = io.BytesIO()
    write_po(content, catalog, width=0, omit_header=False)
    return content.getvalue()


def read(content: bytes) -> tuple[str | None, list[Phrase]]:
    """Return the language that the file names, None where it names none, and its phrases.

    Raises Refused("po-too-large", limit=…), ("po-not-readable") or ("po-empty"). Only UTF-8 is read, whatever
    the file says of itself.
    """
    if len(content) > BYTE_LIMIT or content.count(b"\n") + content.count(b"\r") > LINE_LIMIT:
        raise Refused("po-too-large", limit=BYTE_LIMIT // 1_000_000)
    try:
        catalog = read_po(io.StringIO(content.decode("utf-8-sig")), abort_invalid=True)
        found = [_phrase(message) for message in catalog if message.id]
        language = SPOKEN.match(catalog.locale_identifier or "")
    except Exception as error:  # whatever the library stumbles over in somebody's file
        raise Refused("po-not-readable") from error
    if not found:
        raise Refused("po-empty")
    if len(found) > COUNT_LIMIT:
        raise Refused("po-too-large", limit=BYTE_LIMIT // 1_000_000)
    return language[0] if language else None, found


def _phrase(message: Message) -> Phrase:
    """Return one entry; of several forms, which no text of ours has, the first under no key."""
    source, translation = message.id, message.string
    if not isinstance(source, str) or not isinstance(translation, str):
        return Phrase("", str(source[0]))
    return Phrase(message.context or "", source, translation, is_unsure=message.fuzzy)
