"""All writes of the conflicts app, and the questions that other apps ask of it."""

from conflicts.drafts import InterestDraft, InterestEnd, PartyReference, SourceDraft, TieDraft
from conflicts.overlay import WhatIf
from conflicts.screening import ScreeningResult
from conflicts.services.competitors import (
    CompetitorDraft,
    declare_competitor,
    replace_competitor_list,
    withdraw_competitor,
)
from conflicts.services.decisions import (
    approve_decision,
    request_decision,
    standing_decision,
    veto_decision,
    void_decision,
    withdraw_decision,
)
from conflicts.services.facts import (
    correct_interest,
    end_interest,
    record_draft,
    record_event,
    record_interest,
    retract_interest,
)
from conflicts.services.mitigations import add_mitigation, verify_mitigation
from conflicts.services.parties import add_competition, add_party, edit_party, find_party, hold_jointly
from conflicts.services.policies import set_policy
from conflicts.services.screenings import screen_all, screen_pair, what_if
from conflicts.services.ties import correct_tie, end_tie, record_tie, record_tie_draft
from conflicts.services.watches import retry_pair, retry_parked, unwatch_pair, watch_pair, watch_pairs
from conflicts.terms import DocumentDraft, MitigationDraft, Terms

__all__ = [
    "CompetitorDraft",
    "DocumentDraft",
    "InterestDraft",
    "InterestEnd",
    "MitigationDraft",
    "PartyReference",
    "ScreeningResult",
    "SourceDraft",
    "Terms",
    "TieDraft",
    "WhatIf",
    "add_competition",
    "add_mitigation",
    "add_party",
    "approve_decision",
    "correct_interest",
    "correct_tie",
    "declare_competitor",
    "edit_party",
    "end_interest",
    "end_tie",
    "find_party",
    "hold_jointly",
    "record_draft",
    "record_event",
    "record_interest",
    "record_tie",
    "record_tie_draft",
    "replace_competitor_list",
    "request_decision",
    "retract_interest",
    "retry_pair",
    "retry_parked",
    "screen_all",
    "screen_pair",
    "set_policy",
    "standing_decision",
    "unwatch_pair",
    "verify_mitigation",
    "veto_decision",
    "void_decision",
    "watch_pair",
    "watch_pairs",
    "what_if",
    "withdraw_competitor",
    "withdraw_decision",
]
