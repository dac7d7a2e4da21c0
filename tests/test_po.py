"""PO files: what translators' programs send, and what somebody sends who means harm."""

import time
from datetime import UTC, datetime

import pytest

from campaign import po
from campaign.domain.errors import Refused
from campaign.domain.phrase import BYTE_LIMIT, COUNT_LIMIT, Phrase

AT = datetime(2026, 11, 22, tzinfo=UTC)
HEAD = 'msgid ""\nmsgstr "Language: az\\nContent-Type: text/plain; charset=utf-8\\n"\n\n'


def entry(key: str = "campaign.name", source: str = "Name", translation: str = "Ad") -> str:
    return f'msgctxt "{key}"\nmsgid "{source}"\nmsgstr "{translation}"\n\n'


def test_a_file_reads_as_it_was_written() -> None:
    phrases = [
        Phrase("campaign.name", 'He said "no"', 'Dedi: "yox"'),
        Phrase("campaign.story", "One\n\nTwo\tthree \\n four\n", "أول\n\nثانٍ"),
        Phrase("question.1.label", "100% {of} %(us)s %s", ""),
    ]
    content = po.write(phrases, language="az", project="Campaign", at=AT)
    assert po.read(content) == ("az", phrases)
    assert content == po.write(phrases, language="az", project="Campaign", at=AT)


def test_what_programs_do_to_a_file_does_not_matter() -> None:
    written = HEAD + "# a note\n#: somewhere\n#, fuzzy\n" + entry() + '#~ msgid "old"\n#~ msgstr "köhnə"\n'
    expected = ("az", [Phrase("campaign.name", "Name", "Ad", is_unsure=True)])
    assert po.read(written.encode()) == expected
    assert po.read(b"\xef\xbb\xbf" + written.replace("\n", "\r\n").encode()) == expected


def test_a_text_without_a_key_and_one_in_the_plural_belong_nowhere() -> None:
    plural = 'msgctxt "a"\nmsgid "x"\nmsgid_plural "xs"\nmsgstr[0] "y"\nmsgstr[1] "z"\n'
    _language, found = po.read((HEAD + 'msgid "x"\nmsgstr "y"\n\n' + plural).encode())
    assert [one.key for one in found] == ["", ""]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "po-empty"),
        (HEAD.encode(), "po-empty"),
        (b"PK\x03\x04 not a text", "po-not-readable"),
        (b"hello world", "po-not-readable"),
        ((HEAD + entry()).encode("utf-16"), "po-not-readable"),
        ((HEAD + entry(translation="Über")).encode("latin-1"), "po-not-readable"),
        (b'msgid ""\nmsgstr "POT-Creation-Date: yesterday\\n"\n', "po-not-readable"),
        (b'msgctxt "a"\nmsgid "x"\nmsgid_plural "y"\nmsgstr[99999999999999999999] "z"\n', "po-not-readable"),
        (b'msgstr "before its id"\nmsgid', "po-empty"),
        (HEAD.replace("Language: az", "Language: ../../etc").encode(), "po-not-readable"),
        (b"#" * (BYTE_LIMIT + 1), "po-too-large"),
        (b"#\n" * 60_000, "po-too-large"),
        ((HEAD + "".join(entry(f"k{n}", f"s{n}", "") for n in range(COUNT_LIMIT + 1))).encode(), "po-too-large"),
    ],
)
def test_what_is_no_file_of_ours_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        po.read(content)
    assert refused.value.code == code


@pytest.mark.parametrize("charset", ["hex", "zip", "utf-7", "idna", "nonsense"])
def test_the_charset_that_a_file_claims_is_not_believed(charset: str) -> None:
    content = HEAD.replace("utf-8", charset) + entry(translation="Ürək")
    assert po.read(content.encode())[1] == [Phrase("campaign.name", "Name", "Ürək")]


@pytest.mark.parametrize(
    "text", ["%(" * 200_000, "{" * 400_000, "\\\\" * 200_000, "\\n" * 200_000, "%1.1" * 100_000, "a" * 900_000]
)
def test_a_hostile_text_takes_no_time(text: str) -> None:
    began = time.monotonic()
    po.read((HEAD + entry(source=text, translation="x")).encode())
    assert time.monotonic() - began < 2


def test_what_a_file_says_of_its_language_is_heard() -> None:
    for said, heard in (("az_AZ", "az"), ("pt-BR", "pt"), ("", None)):
        language, _found = po.read((HEAD.replace("Language: az", f"Language: {said}") + entry()).encode())
        assert language == heard, said
