"""I6, short form: of many awards of one slot at once exactly one is made, and every other is told 409."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from marketplace.models import Award, Engagement
from marketplace.services.awards import AwardResult, award
from tests.marketplace.market import client, member, request, vendor

pytestmark = pytest.mark.django_db(transaction=True)

TRIES = 10


def test_one_award_and_nine_refusals() -> None:
    google = client("google")
    mira, slot = member(google), request(google).slots.get()
    labs, start = [vendor(f"lab-{number}") for number in range(TRIES)], Barrier(TRIES)

    def attempt(number: int) -> AwardResult:
        start.wait()
        try:
            return award(actor=mira, slot_id=slot.pk, vendor=labs[number])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TRIES) as pool:
        results = list(pool.map(attempt, range(TRIES)))
    answers = Counter(result.refusal.code if result.refusal else "awarded" for result in results)
    assert answers == {"awarded": 1, "slot_taken": TRIES - 1}
    assert (Award.objects.count(), Engagement.objects.count()) == (1, 1)
