"""Every text of the interface is there in every language, whole, with its placeholders and plural forms."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from flask import Flask

from campaign.i18n import LANGUAGES
from tests.page import Client

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "campaign" / "translations"
TRANSLATED = [language for language in LANGUAGES if language != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|{\w+}")
TAG = re.compile(r"</?[a-z]+")
MAY_STAY = 24
"""Names such as "Google Calendar" are the same everywhere, sentences never."""

each_language = pytest.mark.parametrize("language", TRANSLATED)


@pytest.fixture(scope="session")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Return every text that the code and the templates hold now, as `make translations` collects them."""
    target = tmp_path_factory.mktemp("extracted") / "messages.pot"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    keywords = re.findall(r"-k (\S+)", makefile)
    options = [part for keyword in keywords for part in ("-k", keyword)]
    command = ["pybabel", "-q", "extract", "-F", str(ROOT / "babel.cfg"), *options, "--no-location", "-o", str(target)]
    CommandLineInterface().run([*command, str(ROOT)])
    with target.open("rb") as file:
        return read_po(file)


def catalogue(language: str) -> Catalog:
    """Return the translations of one language."""
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def texts(catalogue: Catalog) -> dict[tuple[str, ...], Message]:
    """Return a catalogue's messages but for the header, by what they are in English."""
    return {_forms(message.id): message for message in catalogue if message.id}


def _forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_there_is_a_catalogue_for_each_language_and_for_no_other() -> None:
    found = {path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/messages.po")}
    assert found == set(TRANSLATED)


def test_the_texts_that_were_collected_are_those_of_the_code(wanted: Catalog) -> None:
    assert len(texts(wanted)) > 200
    with (FOLDER / "messages.pot").open("rb") as file:
        collected = texts(read_po(file))
    assert collected.keys() == texts(wanted).keys(), "run make translations, and translate what is new"


@each_language
def test_every_text_is_translated(language: str, wanted: Catalog) -> None:
    found = texts(catalogue(language))
    missing = [text[0] for text in texts(wanted) if text not in found or not all(_forms(found[text].string))]
    assert not missing, f"{len(missing)} are missing, such as {missing[:3]}"
    fuzzy = [text[0] for text, message in found.items() if message.fuzzy]
    assert not fuzzy, f"nobody has looked at {fuzzy[:3]}"
    unused = [text[0] for text in found.keys() - texts(wanted).keys()]
    assert not unused, f"nothing says {unused[:3]} any more"
    copied = [text[0] for text, message in found.items() if _has_words(text[0]) and message.string == message.id]
    assert not copied, f"still English: {copied[:3]}"


@each_language
def test_placeholders_and_markup_agree(language: str) -> None:
    found = catalogue(language)
    wrong = []
    for source, message in texts(found).items():
        for number, text in enumerate(form for form in _forms(message.string) if form):
            kept, held = sorted(PLACEHOLDER.findall(text)), sorted(PLACEHOLDER.findall(source[-1]))
            # "One day", "two days" may be said without the number, the last form never.
            may_drop_number = len(source) > 1 and number < found.num_plurals - 1
            same = kept == held or (may_drop_number and kept == [one for one in held if one != "%(num)s"])
            if not same or TAG.findall(text) != TAG.findall(source[-1]) or text.strip() != text:
                wrong.append((source[-1], text))
        wrong += [(source[-1], str(error)) for error in message.check(found)]
    assert not wrong, f"{len(wrong)} differ, such as {wrong[:3]}"


@each_language
def test_plural_forms_are_complete(language: str) -> None:
    found = catalogue(language)
    assert found.num_plurals == get_plural(language).num_plurals
    assert found.plural_expr == get_plural(language).plural_expr
    counted = [message for text, message in texts(found).items() if len(text) > 1]
    assert counted
    for message in counted:
        assert len(_forms(message.string)) == found.num_plurals, message.id


@each_language
def test_what_the_program_reads_is_compiled_of_what_people_wrote(language: str) -> None:
    with (FOLDER / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = {text: _forms(message.string) for text, message in texts(read_mo(file)).items()}
    written = {text: _forms(message.string) for text, message in texts(catalogue(language)).items() if message.string}
    assert compiled == written, "run make translations"


@each_language
def test_a_reader_gets_it(app: Flask, language: str) -> None:
    page = Client(app).get(f"/no/such/page?hl={language}")
    assert page.heading != "Page not found"
    assert f'lang="{language}"' in page.text


def _has_words(text: str) -> bool:
    """Return whether there is something to translate: more than a name, and not placeholders alone."""
    return len(text) > MAY_STAY and any(char.isalpha() for char in PLACEHOLDER.sub("", text))
