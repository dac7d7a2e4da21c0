"""Photos drawn anew, and files that are no photos."""

import io
import random

import pytest
from PIL import Image

from campaign.domain.errors import Refused
from campaign.pictures import photo
from campaign.pictures.photo import LONGEST, taken_in
from tests.pictures.photo_files import halves, moving, refused, saved, taken_by_a_telephone

REFUSED = refused()
pytestmark = pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")


def opened(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    assert image.format == "JPEG"
    image.load()
    return image


def is_red(image: Image.Image, x: int, y: int) -> bool:
    red, _green, blue = image.getpixel((x, y))  # type: ignore[misc]  # three of RGB
    return bool(red > 200 > 60 > blue)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_taken_in(kind: str) -> None:
    drawn = taken_in(saved(halves(), kind))
    image = opened(drawn.body)
    assert (drawn.width, drawn.height) == image.size == (80, 40)
    assert (is_red(image, 10, 20), is_red(image, 70, 20)) == (True, False)


def test_nothing_stays_of_place_device_profile_and_comment() -> None:
    sent = taken_by_a_telephone()
    body = taken_in(sent).body
    for trace in (b"Spying", b"profile of one", b"secret words", b"Exif", b"ICC_PROFILE"):
        assert trace in sent
        assert trace not in body
    image = opened(body)
    assert (dict(image.getexif()), image.info.get("icc_profile"), image.info.get("comment")) == ({}, None, None)


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [(1, (80, 40), (5, 5)), (6, (40, 80), (5, 5)), (3, (80, 40), (75, 5)), (8, (40, 80), (5, 75))],
)
def test_a_photo_stands_upright(orientation: int, size: tuple[int, int], red: tuple[int, int]) -> None:
    image = opened(taken_in(taken_by_a_telephone(orientation=orientation)).body)
    assert image.size == size
    assert is_red(image, *red)


def test_a_large_photo_becomes_smaller_and_a_small_one_stays() -> None:
    for size, drawn_size in (((4000, 3000), (1600, 1200)), ((300, 2500), (192, 1600)), ((1600, 9), (1600, 9))):
        drawn = taken_in(saved(halves(size=size)))
        assert (drawn.width, drawn.height) == drawn_size
        assert max(drawn_size) <= LONGEST


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_way_of_colours(mode: str) -> None:
    image = opened(taken_in(saved(halves(mode), "PNG")).body)
    assert image.mode == "RGB"
    if mode in ("P", "RGBA"):
        assert is_red(image, 5, 5)


def test_what_is_transparent_is_white() -> None:
    image = opened(taken_in(saved(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG")).body)
    assert image.getpixel((4, 4)) == (255, 255, 255)


def test_four_inks_become_three_colours() -> None:
    assert is_red(opened(taken_in(saved(halves("CMYK"))).body), 5, 5)


def test_a_second_picture_behind_a_telephones_jpeg_is_left_away() -> None:
    drawn = taken_in(moving("MPO"))
    assert is_red(opened(drawn.body), 5, 5)
    assert drawn.body.count(b"\xff\xd8\xff") == 1


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_photo_is_refused(name: str) -> None:
    content, code = REFUSED[name]
    with pytest.raises(Refused) as caught:
        taken_in(content)
    assert caught.value.code == code


@pytest.mark.parametrize("name", [name for name in REFUSED if REFUSED[name][1] == "photo-too-many-pixels"])
def test_nothing_is_unpacked_to_find_that_it_is_too_large(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(image: Image.Image) -> None:
        raise AssertionError("a pixel was unpacked")

    monkeypatch.setattr(photo, "_drawn", load)
    with pytest.raises(Refused):
        taken_in(REFUSED[name][0])


def test_a_file_of_too_many_bytes_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        taken_in(saved(halves()) + b"\0" * photo.BYTES)
    assert (caught.value.code, caught.value.facts) == ("photo-too-heavy", {"limit": 12})


def test_a_photo_with_flipped_bytes_is_drawn_or_refused() -> None:
    chance = random.Random(50)
    for content in (saved(halves()), saved(halves(), "PNG"), saved(halves(), "WEBP")):
        for _try in range(120):
            broken = bytearray(content)
            for _flip in range(chance.randint(1, 8)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            try:
                opened(taken_in(bytes(broken)).body)
            except Refused as refused_:
                assert refused_.code.startswith("photo-")
