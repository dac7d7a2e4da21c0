"""How much one request may hold: little from the public (`app.py` says), more from organizers."""

from collections.abc import Callable

from flask import request
from flask_login import current_user


def room_for_organizers(size: int) -> Callable[[str | None, dict[str, object] | None], None]:
    """Return what lets whoever is signed in send so many bytes; a blueprint runs it before anything reads the form."""

    def make_room(endpoint: str | None, values: dict[str, object] | None) -> None:
        if current_user.is_authenticated:
            request.max_content_length = request.max_form_memory_size = size

    return make_room
