"""The picture of a ticket's code: what segno would have drawn, dot for dot."""

import io

import pytest
import segno
from PIL import Image

from campaign.mail import ticket


@pytest.mark.parametrize("text", ["mUmJAJoSggBzWhNKjRVlpw", "A", "long " * 40])
def test_the_picture_is_what_segno_draws(text: str) -> None:
    expected = io.BytesIO()
    code = segno.make(text, error="m", micro=False, mask=ticket.MASK)
    code.save(expected, kind="png", scale=ticket.SCALE, border=ticket.BORDER)
    drawn = Image.open(io.BytesIO(ticket.picture(text)))
    drawn.verify()  # the checksums
    drawn = Image.open(io.BytesIO(ticket.picture(text)))
    asked = Image.open(expected)
    assert (drawn.mode, drawn.size, drawn.tobytes()) == (asked.mode, asked.size, asked.tobytes())
