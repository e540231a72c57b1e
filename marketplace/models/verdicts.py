"""The outcomes with which a vendor can be ranked, offered as a substitute and, review with a decision, awarded."""

from conflicts.models import Outcome

AWARDABLE = (Outcome.CLEAR, Outcome.REVIEW)
