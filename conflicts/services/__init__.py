"""All writes of the conflicts app, and the questions that other apps ask of it."""

from conflicts.drafts import InterestDraft, InterestEnd, PartyReference, SourceDraft, TieDraft
from conflicts.services.competitors import (
    CompetitorDraft,
    declare_competitor,
    replace_competitor_list,
    withdraw_competitor,
)
from conflicts.services.facts import (
    correct_interest,
    end_interest,
    record_draft,
    record_event,
    record_interest,
    retract_interest,
)
from conflicts.services.parties import add_competition, add_party, edit_party, find_party
from conflicts.services.policies import set_policy
from conflicts.services.ties import correct_tie, end_tie, record_tie, record_tie_draft
from conflicts.services.watches import unwatch_pair, watch_pair

__all__ = [
    "CompetitorDraft",
    "InterestDraft",
    "InterestEnd",
    "PartyReference",
    "SourceDraft",
    "TieDraft",
    "add_competition",
    "add_party",
    "correct_interest",
    "correct_tie",
    "declare_competitor",
    "edit_party",
    "end_interest",
    "end_tie",
    "find_party",
    "record_draft",
    "record_event",
    "record_interest",
    "record_tie",
    "record_tie_draft",
    "replace_competitor_list",
    "retract_interest",
    "set_policy",
    "unwatch_pair",
    "watch_pair",
    "withdraw_competitor",
]
