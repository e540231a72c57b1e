"""The fit of what a vendor states to what a client asks: codes in, points out."""

from decimal import Decimal

from marketplace.fit import fit

ASKED = {"modality": ["text"], "task": ["rlhf", "evaluation"]}


def test_full_cover_is_a_full_score() -> None:
    found = fit(ASKED, {"modality": ["text", "image"], "task": ["rlhf", "evaluation", "sft"]})
    assert (found.score, found.misfit) == (Decimal("100.00"), "")
    assert [part.note for part in found.parts] == ["covered", "covered"]


def test_three_parts_covered_in_full_make_exactly_a_hundred() -> None:
    asked = {**ASKED, "language": ["de"]}
    assert fit(asked, asked).score == Decimal("100.00")


def test_partial_cover_costs_score() -> None:
    found = fit(ASKED, {"modality": ["text"], "task": ["rlhf"]})
    assert found.parts[1].note == "partly covered"
    assert found.score == Decimal("78.57")


def test_a_blank_costs_its_whole_part_and_is_shown() -> None:
    found = fit(ASKED, {"modality": ["text"]})
    assert (found.parts[1].note, found.misfit) == ("not stated", "")
    assert found.score == Decimal("57.14")


def test_a_stated_list_that_shares_nothing_does_not_fit() -> None:
    found = fit(ASKED, {"modality": ["text"], "task": ["transcription"]})
    assert found.misfit == "task: asked evaluation, rlhf; stated transcription"


def test_what_is_not_asked_counts_nothing() -> None:
    assert fit({"modality": ["text"]}, {"modality": ["text"], "task": ["ner"]}).score == Decimal(100)
    assert fit({}, {"task": ["ner"]}).score == Decimal(100)


def test_a_part_tells_its_numbers_as_decimal_text() -> None:
    (modality, task) = fit(ASKED, {"modality": ["text"], "task": ["rlhf"]}).as_json()
    assert (modality["points"], modality["worth"]) == ("57.14", "57.14")
    assert (task["points"], task["worth"], task["covered"]) == ("21.43", "42.86", ["rlhf"])
