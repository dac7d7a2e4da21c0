"""Names stand where the readers of a language look for them."""

import pytest

from campaign.domain.collation import sort_key


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("az", ["Cavid", "Çingiz", "Elçin", "Əli", "Hüseyn", "Xalid", "Ilgar", "İlqar", "Kamran", "Qasım", "Анна"]),
        ("tr", ["Can", "Çelik", "Irmak", "İpek", "Okan", "Ömer", "Sibel", "Şule"]),
        ("ru", ["Ева", "Ёлка", "Жанна", "Иван", "Йод", "Яна", "Anna"]),
        ("ar", ["أحمد", "بدر", "علي", "وليد", "Anna"]),
        ("de", ["Apfel", "Äpfel", "Nadal", "Zebra"]),
        ("es", ["Nadal", "Núñez", "Ñandu", "Ortiz"]),
        ("en", ["Ann Zed", "Anna", "O'Neil", "Onell"]),
    ],
)
def test_sort_key(language: str, expected: list[str]) -> None:
    backwards = expected[::-1]
    assert sorted(backwards, key=lambda name: sort_key(name, language)) == expected
