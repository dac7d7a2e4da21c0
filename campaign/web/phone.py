"""Telephone numbers as people of a country write them, brought into the form that works from everywhere."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

TYPED_LIMIT = 40


def international(typed: str, country: str | None) -> str | None:
    """Return a number such as "+49 30 901820"; one without a country's code is of the given country. None: no number.

    Only its length is judged, since new ranges are handed out faster than tables follow.
    """
    if len(typed) > TYPED_LIMIT:
        return None
    try:
        number = phonenumbers.parse(typed, country)
    except NumberParseException:
        return None
    number.extension = None
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return re.sub(r"[^\d+-]+", " ", phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL))
