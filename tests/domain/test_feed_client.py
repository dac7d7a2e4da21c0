"""Which kind of program asks, by what such programs really send."""

import pytest

from campaign.domain.feed_client import FAMILIES, family

SENT = {
    "apple": (
        "iOS/26.6 (23G71) dataaccessd/1.0",
        "macOS/14.5 (23F79) dataaccessd/1.0",
        "macOS/11.0 (20A5343i) CalendarAgent/950",
        "Mac+OS+X/10.10.5 (14F27) CalendarAgent/316.1",
        "Mac_OS_X/10.9 (13A603) CalendarAgent/174",
        "CalendarStore/5.0 (1127); iCal/5.0 (1535); Mac OS X/10.7.1 (11B26)",
        "Fantastical/4.0 CFNetwork/1568.200.51 Darwin/24.1.0",
    ),
    "google": ("Google-Calendar-Importer", "Mozilla/5.0 (compatible; Google-Calendar-Importer)"),
    "outlook": (
        "Microsoft Exchange/15.20 (Windows NT 10.0; Win64; x64)",
        "Microsoft.Exchange/15.20 (Windows NT 10.0; Win64; x64)",
        "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.16327; Pro)",
        "Outlook-iOS/723.4027091.prod.iphone (3.24.0)",
    ),
    "thunderbird": ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4.0",),
    "android": (
        "ICSx5/2.4.3 (ical4j/3.2.19 okhttp/5.3.2 Android/16)",
        "DAVx5/4.4.4-ose (dav4jvm; okhttp/4.12.0) Android/8.1.0",
        "Dalvik/2.1.0 (Linux; U; Android 8.0.0; SM-G930V Build/R16NW)",
    ),
    "nextcloud": (
        "Nextcloud Webcal Service",
        "Nextcloud Server Crawler",
        "Nextcloud-Server-Crawler/32.0.1",
        "NextCloud (Android 16) like Chrome/30",
    ),
    "gnome": ("Evolution/3.60.2",),
    "yahoo": ("YahooCalendar/1.0", "Yahoo! Calendar"),
    "vdirsyncer": ("vdirsyncer/0.21.0",),
    "browser": (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
        "Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile "
        "Safari/537.36",
    ),
    "other": (
        "",
        "curl/8.6.0",
        "axios/1.6.2",
        "python-requests/2.32.3",
        "WordPress/7.1 ICS Calendar/12.1.3.1",
        "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    ),
}


@pytest.mark.parametrize(("expected", "sent"), [(name, one) for name, all_ in SENT.items() for one in all_])
def test_family(expected: str, sent: str) -> None:
    assert family(sent) == expected
    assert family(sent.upper()) == expected


def test_every_family_is_met_and_fits_its_column() -> None:
    assert set(SENT) == set(FAMILIES)
    assert max(map(len, FAMILIES)) <= 20
