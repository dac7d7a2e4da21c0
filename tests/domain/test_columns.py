"""Which column of a spreadsheet means what."""

import pytest

from campaign.domain import columns
from campaign.domain.columns import ignored, match
from campaign.domain.errors import Refused

OPEN_DATA_DAY = {
    2016: ("Place,URL,Latitude,Longitude,Program,Number of Participants", "place url latitude longitude description -"),
    2019: ("Place,URL,Latitude,Longitude,Event name,Number of Participants", "place url latitude longitude name -"),
    2024: (
        "event_date,event_name,event_photo_url,event_purpose,event_report_url,event_tweet_url,event_video_url,"
        "has_event_report,latitude,longitude,online_event_url,place,slug,url,world_region_code,world_region_text",
        "date name - description - - - - latitude longitude online_url place external_id url - -",
    ),
}


@pytest.mark.parametrize("year", OPEN_DATA_DAY)
def test_headers_of_real_files(year: int) -> None:
    header, fields = (text.split(separator) for text, separator in zip(OPEN_DATA_DAY[year], ", ", strict=True))
    assert match(header) == {field: number for number, field in enumerate(fields) if field != "-"}


@pytest.mark.parametrize("field", columns.FIELDS)
def test_every_field_is_known_by_its_own_name(field: str) -> None:
    assert match(["Something", field.upper().replace("_", " ")]) == {field: 1}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Name of the event", "name"),
        ("Titre de l'événement", None),
        ("Straße", "address"),
        ("Ölkə", "country"),
        ("ŞEHİR", "city"),
        ("Город", "city"),
        ("خط العرض", "latitude"),
        (" Time-Zone ", "zone"),
        ("Start Date", "date"),
        ("Start Time", "start"),
        ("End Date", "end_date"),
        ("Expected participants", None),
        ("", None),
    ],
)
def test_loose_names(header: str, field: str | None) -> None:
    assert match([header]) == ({field: 0} if field else {})


def test_the_surest_column_wins_and_the_first_of_equals() -> None:
    assert match(["Location", "Place", "Title", "Name", "NAME"]) == {"place": 1, "name": 3}


def test_columns_can_be_chosen() -> None:
    header = ["Wo", "Was", "Datum", "Datum"]
    assert match(header, {"place": "wo", "name": " WAS "}) == {"place": 0, "name": 1, "date": 2}
    assert match(header, {"date": ""}) == {}
    assert match(["Program", "Name"], {"name": "Program"}) == {"name": 0}


def test_one_column_may_be_chosen_twice() -> None:
    assert match(["Program"], {"name": "Program", "description": "Program"}) == {"name": 0, "description": 0}


@pytest.mark.parametrize(
    ("chosen", "code"), [({"colour": "Name"}, "field-unknown"), ({"name": "Colour"}, "column-unknown")]
)
def test_choices_that_do_not_exist(chosen: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as caught:
        match(["Name", ""], chosen)
    assert caught.value.code == code


def test_what_is_ignored() -> None:
    header = ["Name", "Notes", "", "Place"]
    assert ignored(header, match(header)) == ["Notes"]
