"""Placeholders in organizers' words: filled as plain text, unknown ones refused."""

import pytest

from campaign.domain.errors import Refused
from campaign.domain.mail_text import IN_SUBJECT, PLACEHOLDERS, check, fill, paragraphs

VALUES = {"name": "Rena", "event": "{name}", "day": "Friday", "place": "Berlin", "link": "https://c.example/r/x/"}


def test_each_placeholder_has_its_value() -> None:
    assert fill("{name}, {day} in {place}: {link}", VALUES) == "Rena, Friday in Berlin: https://c.example/r/x/"


def test_braces_in_a_value_stay_what_they_are() -> None:
    assert fill("{event} for {name}", VALUES) == "{name} for Rena"


@pytest.mark.parametrize("text", ["{name.__class__}", "{0}", "{}", "{ name}", "{name!r}", "{NAME}", "{registration}"])
def test_anything_else_in_braces_is_refused_and_never_evaluated(text: str) -> None:
    with pytest.raises(Refused) as refused:
        check(text)
    assert (refused.value.code, refused.value.facts) == ("placeholder-unknown", {"placeholder": text})
    assert fill(text, VALUES) == text


@pytest.mark.parametrize(
    "text", ["", "100 %", "a { lonely brace", "%(event)s %s", *(f"{{{name}}}" for name in PLACEHOLDERS)]
)
def test_all_other_text_is_taken(text: str) -> None:
    check(text)


@pytest.mark.parametrize("name", sorted(set(PLACEHOLDERS) - set(IN_SUBJECT)))
def test_a_subject_names_nobody_and_holds_no_link(name: str) -> None:
    with pytest.raises(Refused, match="placeholder-not-in-subject"):
        check(f"For {{{name}}}", IN_SUBJECT)


def test_blank_lines_part_paragraphs() -> None:
    assert paragraphs("One\ntwo\n\n\nthree\n") == [["One", "two"], ["three"]]
    assert paragraphs("") == []
