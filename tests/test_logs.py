"""The log never holds what opens a page or names a person."""

import json
import logging

import pytest

from campaign.logs import Json, mask, set_up


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        pytest.param("GET /r/iPxHQd60mZxXRsa-z4p6sw/confirm", "GET /r/…/confirm", id="registration"),
        pytest.param("/account/reset/WyI2ZjFhNTBkNjFkNjE0.awMjng.O6q_K", "/account/reset/…", id="password link"),
        pytest.param("550 <rena@example.org> unknown", "550 <…@…> unknown", id="address"),
        pytest.param("/khojaly/2027/evening-in-berlin/", "/khojaly/2027/evening-in-berlin/", id="public page"),
    ],
)
def test_mask(said: str, kept: str) -> None:
    assert mask(said) == kept


def test_json_is_one_line_with_its_traceback_masked(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json")
    try:
        raise ValueError("rena@example.org")
    except ValueError:
        logging.getLogger("campaign").exception("on /r/iPxHQd60mZxXRsa-z4p6sw/")
    line = json.loads(capsys.readouterr().err)
    assert line["message"] == "on /r/…/"
    assert "rena" not in line["traceback"]
    assert isinstance(logging.getLogger().handlers[0].formatter, Json)
