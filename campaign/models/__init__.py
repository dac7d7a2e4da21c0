"""The tables: columns, relationships, constraints. No queries, no rules."""

from campaign.models.abuse import Erasure, Hits, Purge, SpentChallenge
from campaign.models.api_token import ApiToken
from campaign.models.audit import Audit
from campaign.models.campaign import AnniversaryException, Campaign
from campaign.models.consent import Consent, ConsentText
from campaign.models.edition import Edition, Goal, Observance
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
from campaign.models.host import Host, Renewal
from campaign.models.imports import KnownTable
from campaign.models.invitation import DoorLink, Invitation, Scan
from campaign.models.letter import Letter
from campaign.models.mail_text import MailText
from campaign.models.member import Member, MemberInvitation, SignIn, SignInLink, User, WebAuthn
from campaign.models.message import Message
from campaign.models.proposal import Proposal
from campaign.models.question import Answer, ChosenOption, OptionLimit, Question, QuestionTemplate
from campaign.models.registration import Registration, RegistrationTag, Undo
from campaign.models.report import Photo, Report
from campaign.models.roll_over import RollOver
from campaign.models.series import Series
from campaign.models.tribute import Tribute

__all__ = [
    "AnniversaryException",
    "Answer",
    "ApiToken",
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
    "Goal",
    "Hits",
    "Host",
    "Invitation",
    "KnownTable",
    "Letter",
    "MailText",
    "Member",
    "MemberInvitation",
    "Message",
    "Observance",
    "OptionLimit",
    "Photo",
    "Proposal",
    "Purge",
    "Question",
    "QuestionTemplate",
    "Registration",
    "RegistrationTag",
    "Renewal",
    "Report",
    "RollOver",
    "Scan",
    "Series",
    "SignIn",
    "SignInLink",
    "SpentChallenge",
    "Tribute",
    "Undo",
    "User",
    "WebAuthn",
    "ZoneState",
]
