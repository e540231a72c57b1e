"""The buyer and the steps to work: clients, requests, matches, awards, engagements, alerts."""

from marketplace.models.alerts import AlertEvent, AlertEventKind, AlertStatus, AlertSubstitute, ConflictAlert
from marketplace.models.awards import Award, AwardStatus
from marketplace.models.clearances import Clearance
from marketplace.models.clients import Client, ClientMember, ClientRole, compliance_staff
from marketplace.models.engagements import Engagement, EngagementOrigin, EngagementStatus
from marketplace.models.matches import Match
from marketplace.models.notices import NOTICE_KINDS, Notice, NoticeSetting
from marketplace.models.requests import LabelingRequest, RequestSlot, RequestStatus
from marketplace.models.transitions import ItemKind, ItemState, TransitionItem, without_checklist

__all__ = [
    "NOTICE_KINDS",
    "AlertEvent",
    "AlertEventKind",
    "AlertStatus",
    "AlertSubstitute",
    "Award",
    "AwardStatus",
    "Clearance",
    "Client",
    "ClientMember",
    "ClientRole",
    "ConflictAlert",
    "Engagement",
    "EngagementOrigin",
    "EngagementStatus",
    "ItemKind",
    "ItemState",
    "LabelingRequest",
    "Match",
    "Notice",
    "NoticeSetting",
    "RequestSlot",
    "RequestStatus",
    "TransitionItem",
    "compliance_staff",
    "without_checklist",
]
