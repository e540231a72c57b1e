"""What goes into the engine: parties, sources and facts, and what each interest code means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from conflicts.engine.bounds import UNKNOWN, Bounds

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from conflicts.engine.dates import PartialDate


class PartyKind(StrEnum):
    ORGANIZATION = "organization"
    PERSON = "person"
    STATE_BODY = "state_body"
    ARRANGEMENT = "arrangement"


class Axis(StrEnum):
    """Axes never mix (SEMANTICS 2.1)."""

    ECONOMIC = "economic"
    VOTING = "voting"
    CONTROL = "control"
    BOARD = "board"
    PERSONNEL = "personnel"
    COMMERCIAL = "commercial"
    OPTION = "option"
    NOTE = "note"


class Standing(StrEnum):
    """How good a source is, best first (SEMANTICS 2.2b)."""

    REGISTER = "register"
    FILING = "filing"
    COMPANY = "company"
    STAFF = "staff"
    PRESS = "press"
    DECLARED = "declared"

    @property
    def rank(self) -> int:
        """0 for the best standing."""
        return list(Standing).index(self)


class Certainty(StrEnum):
    STATED = "stated"
    ANNOUNCED = "announced"
    RUMOURED = "rumoured"


class Directness(StrEnum):
    """Whether an interest is held without a party between (SEMANTICS 2.5; BODS `directOrIndirect`)."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    UNKNOWN = "unknown"


SHAREHOLDING = "shareholding"
VOTING_RIGHTS = "votingRights"
APPOINTMENT_OF_BOARD = "appointmentOfBoard"
CONTRACT = "rightsGrantedByContract"
CONSOLIDATION = "accountingConsolidation"
"""Not a BODS code: GLEIF's accounting consolidation, a control fact without a percentage (2.1)."""
CUSTOMER = "customer"
"""Not a BODS code: the holder buys from the subject (DESIGN 6, a tie of its own kind)."""

INTEREST_TYPES: dict[str, Axis] = {
    SHAREHOLDING: Axis.ECONOMIC,
    "rightsToProfitOrIncome": Axis.ECONOMIC,
    "rightsToSurplusAssetsOnDissolution": Axis.ECONOMIC,
    VOTING_RIGHTS: Axis.VOTING,
    "otherInfluenceOrControl": Axis.CONTROL,
    "controlViaCompanyRulesOrArticles": Axis.CONTROL,
    "controlByLegalFramework": Axis.CONTROL,
    CONSOLIDATION: Axis.CONTROL,
    APPOINTMENT_OF_BOARD: Axis.BOARD,
    "boardMember": Axis.BOARD,
    "boardChair": Axis.BOARD,
    "seniorManagingOfficial": Axis.PERSONNEL,
    CONTRACT: Axis.COMMERCIAL,
    "conditionalRightsGrantedByContract": Axis.OPTION,
    "settlor": Axis.NOTE,
    "trustee": Axis.NOTE,
    "protector": Axis.NOTE,
    "beneficiaryOfLegalArrangement": Axis.NOTE,
    "nominee": Axis.NOTE,
    "nominator": Axis.NOTE,
    "enjoymentAndUseOfAssets": Axis.NOTE,
    "rightToProfitOrIncomeFromAssets": Axis.NOTE,
    "unknownInterest": Axis.NOTE,
    "unpublishedInterest": Axis.NOTE,
}
"""Every BODS 0.4 interest type, accounting consolidation, and the axis it speaks on (SEMANTICS 2.1)."""

TOGETHER = " & "
"""Between the names of those who hold something jointly."""

POSTS = frozenset({"seniorManagingOfficial", "boardMember", "boardChair"})
SEATS = frozenset({"boardMember", "boardChair", APPOINTMENT_OF_BOARD})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from."""

    url: str
    publisher: str = ""
    standing: Standing = Standing.PRESS
    statement_date: date | None = None
    retrieved_on: date | None = None

    @property
    def day(self) -> date | None:
        """The statement date, else the retrieval date (SEMANTICS 2.2b)."""
        return self.statement_date or self.retrieved_on


@dataclass(frozen=True, slots=True)
class Node:
    """A party as the engine sees it. An unresolved party makes an outcome `unknown` (7.3)."""

    id: str
    kind: PartyKind = PartyKind.ORGANIZATION
    resolved: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One interest of a holder in a subject, or one customer tie, over one period.

    `low`, `high` and `revenue_share` are millionths of a percent; None means not stated, which is
    never zero. `amount` is in `currency` per `amount_per`. A joint holding is one stake of a set (2.3): it names its
    `members`, two or more, and its `holder` is `joint_holder(members)`.
    """

    id: str
    holder: str
    subject: str
    type: str
    source: Source
    low: int | None = None
    high: int | None = None
    low_open: bool = False
    high_open: bool = False
    start: PartialDate | None = None
    end: PartialDate | None = None
    certainty: Certainty = Certainty.STATED
    public: bool = True
    amount: Decimal | None = None
    currency: str = ""
    amount_per: str = ""
    amount_until: PartialDate | None = None
    revenue_share: int | None = None
    members: tuple[str, ...] = ()
    directness: Directness = Directness.DIRECT

    @property
    def axis(self) -> Axis:
        return Axis.COMMERCIAL if self.type == CUSTOMER else INTEREST_TYPES[self.type]

    @property
    def sized(self) -> bool:
        """Whether the row states a number; a row without one states nothing about size."""
        return self.low is not None or self.high is not None

    @property
    def bounds(self) -> Bounds:
        """The stated bounds, [0, 100] where nothing is stated."""
        low = UNKNOWN.low if self.low is None else self.low
        high = UNKNOWN.high if self.high is None else self.high
        return Bounds(low, high, self.low_open, self.high_open)


def joint_holder(members: Iterable[str]) -> str:
    """Return the name under which these parties hold something together."""
    return TOGETHER.join(sorted(members))
