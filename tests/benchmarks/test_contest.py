"""Writers of awards and of facts at once on 10k interests: all get through, and no award stands against its epoch.

Nothing is asserted of time: `python -m benchmarks.gate` tells it.
"""

import pytest
from django.db import connection

from benchmarks.contest import WRITERS, Market, at_once, awards, facts
from conflicts.models import Interest
from marketplace.models import Award
from tests.faults.races.checker import Checker, torn

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"),
]

INTERESTS, GROUP = 10_000, 100
EACH = 3


def test_neither_shuts_the_other_out() -> None:
    market = Market(INTERESTS, GROUP)
    before = Award.objects.count()
    work = [awards(market, writer, EACH) for writer in range(WRITERS)]
    work += [facts(market, EACH) for _ in range(WRITERS)]
    told = at_once(work)
    made, recorded = told[:WRITERS], told[WRITERS:]
    assert Interest.objects.count() == market.interests + sum(len(times.seconds) for times in recorded)
    assert Award.objects.count() == before + sum(len(times.seconds) for times in made)
    assert [len(times.seconds) for times in recorded] == [EACH] * WRITERS
    # The gate may run out of time on a busy machine, and fails closed then.
    assert {code for times in made for code in times.refused} <= {"gate_timeout"}
    assert torn() == []
    newest = Checker()
    assert all(newest.answer(award).outcome == award.outcome for award in Award.objects.order_by("-epoch")[:EACH])
