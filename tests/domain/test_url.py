"""Addresses that people type, and paths that a link may bring along."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign.domain.errors import Refused
from campaign.domain.url import clean_url, is_local_path


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://www.example.org/a/b?c=d#e", "https://www.example.org/a/b?c=d#e"),
        ("www.example.org/x", "https://www.example.org/x"),
        (" example.org:8080 \n", "https://example.org:8080/"),
        ("HTTP://EXAMPLE.Org:80", "http://example.org/"),
        ("https://example.org:443/?#", "https://example.org/"),
        ("https://example.org./", "https://example.org/"),
        ("https://example.org/Straße?q=ü", "https://example.org/Stra%C3%9Fe?q=%C3%BC"),
        ("https://example.org/%7Ea%zz", "https://example.org/%7Ea%25zz"),
        ('https://example.org/"><script>', "https://example.org/%22%3E%3Cscript%3E"),
        ("https://mastodon.social/@user", "https://mastodon.social/@user"),
        ("https://почта.рф/путь", "https://xn--80a1acny.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C"),
        ("https://fußball.de", "https://xn--fuball-cta.de/"),  # Not fussball.de, which is another's.
        ("https://例え。テスト", "https://xn--r8jz45g.xn--zckzah/"),
        ("https://ÇİÇEK.com.tr", "https://xn--iek-1lab773a.com.tr/"),
        ("http://8.8.8.8:8080/", "http://8.8.8.8:8080/"),
        ("https://[2001:4860:4860::8888]:443", "https://[2001:4860:4860::8888]/"),
    ],
)
def test_clean_url(typed: str, address: str) -> None:
    assert clean_url(typed) == address
    assert clean_url(address) == address


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("javascript:alert(1)", "url-scheme"),
        ("javascript://www.example.org/%0aalert(1)", "url-scheme"),
        ("data:text/html,x", "url-scheme"),
        ("ftp://example.org", "url-scheme"),
        ("mailto:a@example.org", "url-scheme"),
        ("//example.org/x", "url-scheme"),
        ("https:/example.org", "url-scheme"),
        ("httpſ://example.org", "url-scheme"),
        ("", "url-host"),
        ("soon", "url-host"),
        ("https:///example.org", "url-host"),
        ("https://localhost/", "url-host"),
        ("https://example..org", "url-host"),
        ("https://-example.org", "url-host"),
        ("https://ex%61mple.org", "url-host"),
        ("https://a.example／evil.org", "url-host"),
        ("https://a—b.example.org", "url-host"),
        ("https://" + "a." * 126 + "org", "url-host"),
        ("https://" + "a" * 64 + ".org", "url-host"),
        ("http://127.0.0.1/", "url-host"),
        ("http://127.1/", "url-host"),
        ("http://0x7f000001/", "url-host"),
        ("http://0x7f.1/", "url-host"),
        ("http://2130706433/", "url-host"),
        ("http://①②⑦.0.0.1/", "url-host"),
        ("http://10.0.0.1/", "url-host"),
        ("http://100.64.0.1/", "url-host"),
        ("http://[::1]/", "url-host"),
        ("http://[::ffff:127.0.0.1]/", "url-host"),
        ("http://[fe80::1%25eth0]/", "url-host"),
        ("http://[::1", "url-host"),
        ("https://user@example.org", "url-userinfo"),
        ("https://www.example.org:pw@evil.example/", "url-userinfo"),
        ("https://example.org:0/", "url-port"),
        ("https://example.org:65536/", "url-port"),
        ("https://example.org:١/", "url-port"),
        ("https://example.org:x/", "url-port"),
        ("https://example.org/a b", "url-characters"),
        ("https://example.org/a\nb", "url-characters"),
        ("java\tscript:alert(1)", "url-characters"),
        ("https://example.org\\@evil.example", "url-characters"),
        ("https://example.org/\u202egpj", "url-characters"),
        ("https://exam\u200dple.org/", "url-characters"),
        ("https://example.org/\ud800", "url-characters"),
        ("https://example.org/" + "ü" * 90, "url-too-long"),
    ],
)
def test_what_is_no_public_web_address_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        clean_url(typed)
    assert refusal.value.code == code


def test_the_limit_counts_the_canonical_form() -> None:
    assert clean_url("https://example.org/" + "a" * 20, limit=40)
    with pytest.raises(Refused) as refusal:
        clean_url("https://example.org/" + "a" * 21, limit=40)
    assert refusal.value.facts == {"limit": 40}


@given(
    st.one_of(
        st.text(st.characters(exclude_categories=()), max_size=40),
        st.text("htps:/.w@\\?#%[]-_01x \tſ。①é", max_size=30),
        st.text("a.:/?#%[]@é", max_size=30).map("https://a.org".__add__),
    )
)
@example("http://a.org/%")
def test_any_address_that_passes_is_canonical_ascii(typed: str) -> None:
    address = address_or_code(typed)
    if address.startswith("url-"):
        return
    assert address.startswith(("http://", "https://"))
    assert address.isascii()
    assert address.isprintable()
    assert not set(' "<>\\^`{|}') & set(address)
    assert "@" not in address.split("/")[2]
    assert clean_url(address) == address


def address_or_code(typed: str) -> str:
    try:
        return clean_url(typed)
    except Refused as refusal:
        return refusal.code


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/manage/",
        "/khojaly/2027/?country=DE&q=K%C3%B6ln+Mitte",
        "/a?next=//b",
        "/K%C3%B6ln/",
        "/@a/b.ics",
    ],
)
def test_local_paths(path: str) -> None:
    assert is_local_path(path)


@pytest.mark.parametrize(
    "path",
    ["", "manage/", "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example"]
    + ["/\t/evil.example", "/\n/evil.example", "/a\r\nSet-Cookie: x", "\x00/", " /", "/ ", "\\\\evil.example"]
    + ("/./evil /a/../b /. /a/.. /..//evil.example /a//evil.example /a// /.//evil.example").split()
    + ("/%5Cevil.example /%2Fevil.example /%09/evil.example /%2e%2e/ /%E2%80%AE /%ff /% /%zz").split()
    + ["/a?b=%zz", "/a#b", "/ü", "/\ud800", "/%41", "/%c3%bc", "/" + "a" * 2000],
)
def test_whatever_may_lead_elsewhere_is_not_local(path: str) -> None:
    assert not is_local_path(path)


@given(st.text("/\\.%25cCfF?#@:aé\t\n ", max_size=12).map("/".__add__))
def test_any_local_path_stays_on_this_host(path: str) -> None:
    if is_local_path(path):
        assert path.isascii()
        assert path.isprintable()
        assert not path.startswith(("//", "/\\"))
        assert not {"", ".", ".."} & set(path.partition("?")[0].split("/")[1:-1])
