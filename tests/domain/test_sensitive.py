"""Questions that ask for specially protected data are noticed in each of the eight languages; others aren't."""

import pytest

from campaign.domain.sensitive import Category, category_of


@pytest.mark.parametrize(
    ("label", "category"),
    [
        ("What is your religion?", "religion"),
        ("Do you need HALAL food?", "religion"),
        ("Dini inancınız nədir?", "religion"),
        ("Ваше вероисповедание", "religion"),
        ("ما هي ديانتك؟", "religion"),
        ("Any allergies?", "health"),
        ("Sağlamlığınızla bağlı qeydlər", "health"),
        ("Engelli misiniz?", "health"),
        ("Состояние здоровья", "health"),
        ("Haben Sie eine Behinderung?", "health"),
        ("Avez-vous un problème de santé ?", "health"),
        ("¿Tiene alguna discapacidad?", "health"),
        ("هل لديك حساسية؟", "health"),
        ("Etnik kökeniniz", "ethnicity"),
        ("Milliyyətiniz", "ethnicity"),
        ("Национальность", "ethnicity"),
        ("Origine ethnique", "ethnicity"),
        ("Which political party do you support?", "politics"),
        ("Siyasi görüşünüz", "politics"),
        ("الانتماء السياسي", "politics"),
        ("Vos opinions politiques", "politics"),
        ("Raza", "ethnicity"),
        ("Ваши политические взгляды", "politics"),
        ("Are you a trade union member?", "union"),
        ("Sendika üyesi misiniz?", "union"),
        ("Sind Sie in einer Gewerkschaft?", "union"),
        ("¿Está en un sindicato?", "union"),
        ("Orientation sexuelle", "sexuality"),
        ("Cinsel yönelim", "sexuality"),
        ("Отпечаток пальца", "biometry"),
        ("Huella dactilar", "biometry"),
    ],
)
def test_what_the_law_protects_is_noticed(label: str, category: str) -> None:
    assert category_of(["Name", label]) == Category(category)


@pytest.mark.parametrize(
    "label",
    [
        "What do you bring?",
        "Vegetarian dinner?",
        "Country in the European Union",
        "How did you hear about us?",
        "Was bringen Sie mit?",
        "Nə gətirirsiniz?",
        "Saludos para el equipo",
        "В какой день вы придёте?",
        "كم عدد الأشخاص؟",
        "Ne zaman geleceksiniz?",
        "J'accepte la politique de confidentialité",
        "Məxfilik siyasəti ilə razıyam",
        "Согласен с политикой конфиденциальности",
        "أوافق على سياسة الخصوصية",
        "Acepto la política de privacidad",
        "Rassemblement à 18 h",
        "Taille du t-shirt",
        "",
    ],
)
def test_what_is_harmless_is_not(label: str) -> None:
    assert category_of([label]) is None
