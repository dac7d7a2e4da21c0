"""The tables: columns, relationships, constraints. No queries, no rules."""

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
from campaign.models.member import Member, SignIn, SignInLink, User, WebAuthn
from campaign.models.message import Message
from campaign.models.question import Answer, Question
from campaign.models.registration import Registration
from campaign.models.series import Series

__all__ = [
    "AnniversaryException",
    "Answer",
    "Audit",
    "Campaign",
    "Consent",
    "ConsentText",
    "DayEntry",
    "Departure",
    "Edition",
    "Entry",
    "Event",
    "EventLanguage",
    "EventTag",
    "FeedPoll",
    "FormerCampaignSlug",
    "FormerSeriesSlug",
    "Member",
    "Message",
    "Observance",
    "Question",
    "Registration",
    "Series",
    "SignIn",
    "SignInLink",
    "User",
    "WebAuthn",
    "ZoneState",
]
