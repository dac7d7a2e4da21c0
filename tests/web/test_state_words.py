"""The words for states: every state that a page may show has some, in every language."""

from enum import StrEnum

import pytest
from flask import Flask
from flask_babel import force_locale

from campaign.domain import edition, event, message, registration
from campaign.web.state_words import WORDS, state_phrase


@pytest.mark.parametrize("states", [edition.Status, event.Status, registration.Status, message.Status])
def test_every_state_has_its_words(states: type[StrEnum]) -> None:
    assert set(states) <= set(WORDS)


def test_a_state_is_said_in_the_readers_language(app: Flask) -> None:
    with app.test_request_context():
        assert state_phrase(message.Status.DROPPED) == "No longer needed"
        with force_locale("de"):
            assert state_phrase("confirmed") == "Bestätigt"
