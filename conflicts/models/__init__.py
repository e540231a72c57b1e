"""The rows of the conflicts app, by noun."""

from conflicts.models.changes import EVERYONES, ChangeKind, DaySwept, Epoch, FactChange, Reach, RulesSeen, rules_order
from conflicts.models.competitors import Competition, CompetitorDeclaration
from conflicts.models.decisions import (
    AcceptedFinding,
    Decider,
    DecisionKind,
    DecisionStatus,
    FarConflict,
    ReviewDecision,
)
from conflicts.models.exposures import ExposedSubject, Exposure, ExposureSet
from conflicts.models.facts import AmountPer, Certainty, Fact, Visibility
from conflicts.models.history import ScreeningChange
from conflicts.models.interests import Directness, Interest, InterestType
from conflicts.models.mitigations import DecisionDocument, DecisionNotice, Mitigation, MitigationKind, NoticeKind
from conflicts.models.overviews import Overview
from conflicts.models.parties import JointMember, NameKind, Party, PartyIdentifier, PartyKind, PartyName
from conflicts.models.policies import Policy
from conflicts.models.sources import Source, Standing
from conflicts.models.ties import CustomerTie, TieStatus
from conflicts.models.watches import Coverage, Outcome, Screening, Watch, WatchNear

__all__ = [
    "EVERYONES",
    "AcceptedFinding",
    "AmountPer",
    "Certainty",
    "ChangeKind",
    "Competition",
    "CompetitorDeclaration",
    "Coverage",
    "CustomerTie",
    "DaySwept",
    "Decider",
    "DecisionDocument",
    "DecisionKind",
    "DecisionNotice",
    "DecisionStatus",
    "Directness",
    "Epoch",
    "ExposedSubject",
    "Exposure",
    "ExposureSet",
    "Fact",
    "FactChange",
    "FarConflict",
    "Interest",
    "InterestType",
    "JointMember",
    "Mitigation",
    "MitigationKind",
    "NameKind",
    "NoticeKind",
    "Outcome",
    "Overview",
    "Party",
    "PartyIdentifier",
    "PartyKind",
    "PartyName",
    "Policy",
    "Reach",
    "ReviewDecision",
    "RulesSeen",
    "Screening",
    "ScreeningChange",
    "Source",
    "Standing",
    "TieStatus",
    "Visibility",
    "Watch",
    "WatchNear",
    "rules_order",
]
