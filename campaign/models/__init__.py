"""The tables: columns, relationships, constraints. No queries, no rules."""

from campaign.models.abuse import Erasure, Hits, Purge, SpentChallenge
from campaign.models.audit import Audit
from campaign.models.campaign import AnniversaryException, Campaign
from campaign.models.consent import Consent, ConsentText
from campaign.models.edition import Edition, Observance
from campaign.models.event import Event, EventLanguage, EventTag
from campaign.models.feed import (
    DayEntry,
    Departure,
    Entry,
    FeedPoll,
    FormerCampaignSlug,
    FormerSeriesSlug,
    ZoneState,
)
from campaign.models.invitation import DoorLink, Invitation, Scan
from campaign.models.letter import Letter
from campaign.models.mail_text import MailText
from campaign.models.member import Member, SignIn, SignInLink, User, WebAuthn
from campaign.models.message import Message
from campaign.models.question import Answer, ChosenOption, OptionLimit, Question, QuestionTemplate
from campaign.models.registration import Registration, RegistrationTag, Undo
from campaign.models.series import Series

__all__ = [
    "AnniversaryException",
    "Answer",
    "Audit",
    "Campaign",
    "ChosenOption",
    "Consent",
    "ConsentText",
    "DayEntry",
    "Departure",
    "DoorLink",
    "Edition",
    "Entry",
    "Erasure",
    "Event",
    "EventLanguage",
    "EventTag",
    "FeedPoll",
    "FormerCampaignSlug",
    "FormerSeriesSlug",
    "Hits",
    "Invitation",
    "Letter",
    "MailText",
    "Member",
    "Message",
    "Observance",
    "OptionLimit",
    "Purge",
    "Question",
    "QuestionTemplate",
    "Registration",
    "RegistrationTag",
    "Scan",
    "Series",
    "SignIn",
    "SignInLink",
    "SpentChallenge",
    "Undo",
    "User",
    "WebAuthn",
    "ZoneState",
]
