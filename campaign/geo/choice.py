"""What to believe when the words about a place and its coordinates are laid beside each other.

Spreadsheets hold swapped numbers, lost minus signs, 0, 0 and the coordinates of another row. Words and point that
agree are right. If they don't, a slip that would explain the numbers is looked for; then clear words win over the
point, and the point over words that may be a venue's name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log10

from campaign.geo.gazetteer import nearest
from campaign.geo.point import Point, distance, misreadings, on_globe
from campaign.geo.readings import Reading

NAMED = 2.0
"""Support from which a name stands for itself in the text, not among unknown words."""
CERTAIN = 3.0
"""Support of a reading that outweighs a point: a country, or a city with its region."""
GREAT_CITY = 50_000
"""People in a city whose bare name outweighs a point."""
FITS, FITS_REPAIRED = 3.0, 2.0
"""How much a point that fits, as given or mended, adds to the support of a reading."""
PER_POWER = 15.0
"""Kilometres farther from the point that a city of the same name may be for every ten times as many people."""
NEAR_ENOUGH = 50.0
"""Kilometres from the city at which misread numbers are believed."""
OPEN_SEA = 100.0
"""Kilometres from any town at which no event is."""
RIVAL = 0.02
"""Share of the people of the likeliest city that makes another of its name worth a warning."""


class Warn(StrEnum):
    """What a person should look at before a location is used."""

    COUNTRY_UNKNOWN = "country-unknown"
    COORDINATES_UNUSABLE = "coordinates-unusable"
    COORDINATES_REPAIRED = "coordinates-repaired"
    COORDINATES_DROPPED = "coordinates-dropped"
    PLACE_DROPPED = "place-dropped"
    PLACE_AMBIGUOUS = "place-ambiguous"
    PLACE_UNCERTAIN = "place-uncertain"
    ZONE_UNCERTAIN = "zone-uncertain"


@dataclass(frozen=True, slots=True)
class Choice:
    """The reading and the point that are believed, either or both, and what was wrong with the rest."""

    reading: Reading | None
    point: Point | None
    warnings: tuple[Warn, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A reading and a point that fits it."""

    reading: Reading
    point: Point
    total: float

    def rank(self) -> tuple[float, int, float]:
        """Return what makes a match better: support; an earlier name; a city nearer or, per distance, bigger."""
        city = self.reading.city
        size = log10(city.population + 1) - distance(city.point, self.point) / PER_POWER if city else float("-inf")
        return self.total, -self.reading.order, size


def choose(candidates: Sequence[Reading], latitude: float | None, longitude: float | None) -> Choice:
    """Return what to believe of readings, the likeliest first, and of two numbers, degrees as they were given."""
    given = on_globe(latitude, longitude)
    if latitude is None or longitude is None:
        return _words_alone(candidates)
    if not candidates:
        return _point_alone(given, latitude, longitude)
    fitting = _fitting(candidates, given)
    mended = _mended(candidates, latitude, longitude) if _falls_short(fitting, candidates) else None
    best = max(filter(None, (fitting, mended)), key=lambda match: match.total, default=None)
    if best is None or best.total < candidates[0].support:
        return _one_of_both(candidates, given)
    if best.reading.city and latitude == round(latitude) and longitude == round(longitude):
        # Whole degrees are a hundred kilometres wide: they tell which city is meant, not where in it.
        return Choice(best.reading, None, (Warn.COORDINATES_DROPPED,))
    return Choice(best.reading, best.point, (Warn.COORDINATES_REPAIRED,) if best is mended else ())


def _words_alone(candidates: Sequence[Reading], *warnings: Warn) -> Choice:
    if not candidates:
        return Choice(None, None, warnings)
    best = candidates[0]
    if best.support < NAMED:
        return Choice(best, None, (*warnings, Warn.PLACE_UNCERTAIN))
    is_ambiguous = any(_is_rival(best, other) for other in candidates[1:])
    return Choice(best, None, (*warnings, Warn.PLACE_AMBIGUOUS) if is_ambiguous else warnings)


def _is_rival(best: Reading, other: Reading) -> bool:
    """Return whether another city of that name elsewhere, nearly as well supported, isn't much smaller."""
    if not (best.city and other.city and best.order == other.order):
        return False
    is_elsewhere = (best.country, best.region) != (other.country, other.region)
    is_likely = other.support >= best.support - 1 and other.city.population >= RIVAL * best.city.population
    return is_elsewhere and is_likely


def _point_alone(given: Point | None, latitude: float, longitude: float) -> Choice:
    swapped = on_globe(longitude, latitude)
    if given is None and swapped:
        return Choice(None, swapped, (Warn.COORDINATES_REPAIRED,))
    return Choice(None, given, () if given else (Warn.COORDINATES_UNUSABLE,))


def _fitting(candidates: Sequence[Reading], given: Point | None) -> Match | None:
    """Return the best reading that the point fits as it was given."""
    matches = (Match(reading, given, reading.support + FITS) for reading in candidates if given and reading.fits(given))
    return max(matches, key=Match.rank, default=None)


def _mended(candidates: Sequence[Reading], latitude: float, longitude: float) -> Match | None:
    """Return the best reading that a slip in the numbers would make fit."""
    slips = list(misreadings(latitude, longitude))
    matches = (
        Match(reading, point, reading.support + FITS_REPAIRED)
        for reading in candidates
        for point in [_explaining(reading, slips)]
        if point
    )
    return max(matches, key=Match.rank, default=None)


def _falls_short(match: Match | None, candidates: Sequence[Reading]) -> bool:
    return match is None or match.total < candidates[0].support + FITS_REPAIRED


def _explaining(reading: Reading, slips: Sequence[Point]) -> Point | None:
    """Return the slip that leads to a reading's city; for a country only the first, the two numbers swapped."""
    if reading.city is None:
        return next((point for point in slips[:1] if reading.fits(point)), None)
    city = reading.city.point
    closest = min(slips, key=lambda point: distance(city, point), default=None)
    return closest if closest and distance(city, closest) <= NEAR_ENOUGH else None


def _one_of_both(candidates: Sequence[Reading], given: Point | None) -> Choice:
    """Return the point or the words, which contradict each other."""
    if given is None:
        return _words_alone(candidates, Warn.COORDINATES_UNUSABLE)
    if candidates and _outweighs(candidates[0], given):
        return _words_alone(candidates, Warn.COORDINATES_DROPPED)
    is_named = bool(candidates) and candidates[0].support >= NAMED
    return Choice(None, given, (Warn.PLACE_DROPPED,) if is_named else ())


def _outweighs(reading: Reading, point: Point) -> bool:
    is_great = reading.city is not None and reading.city.population >= GREAT_CITY
    is_at_sea = nearest(*point, within=OPEN_SEA) is None
    return reading.support >= CERTAIN or (reading.support >= NAMED and is_great) or is_at_sea
