"""The form that adds a question to an event's registration form."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField

from campaign.domain.question import OPTION_LIMIT, Kind
from campaign.models import Campaign, Event, Question
from campaign.web.fields import LineField, Needed, ProseField


class QuestionForm(FlaskForm):
    """One question, in the campaign's main language."""

    kind = SelectField(_l("Kind of answer"))
    label = LineField(_l("Question"), limit=200, validators=[Needed()])
    help = LineField(_l("Help"), limit=300)
    options = ProseField(_l("Options"), limit=3000, description=_l("For choices: one a line."))
    is_required = BooleanField(_l("Everybody must answer"))

    def __init__(self, campaign: Campaign) -> None:
        super().__init__()
        self.language = campaign.default_language
        self.kind.choices = [
            (Kind.TEXT, _("a short text")),
            (Kind.LONG_TEXT, _("a long text")),
            (Kind.NUMBER, _("a number")),
            (Kind.ONE_CHOICE, _("one of several options")),
            (Kind.SEVERAL_CHOICES, _("any of several options")),
            (Kind.YES_NO, _("a box to tick")),
        ]

    def question(self) -> Question:
        """Return what was filled in."""
        lines = [line.strip() for line in (self.options.data or "").splitlines() if line.strip()]
        return Question(
            kind=Kind(self.kind.data),
            label={self.language: self.label.data},
            help={self.language: self.help.data} if self.help.data else {},
            options=[{self.language: line} for line in lines[: OPTION_LIMIT + 1]],
            is_required=self.is_required.data,
        )


def questions_of(event: Event, *, but: int | None = None) -> list[Question]:
    """Return the event's questions afresh, to be asked again, without the one at a position."""
    return [
        Question(kind=one.kind, label=one.label, help=one.help, options=one.options, is_required=one.is_required)
        for one in event.questions
        if one.position != but
    ]
