"""Capability codes: the one spelling under which a request and a listing meet."""

import re
from collections.abc import Collection, Mapping

from marketplace.records.refusals import Invalid
from vendors.models import Capability, Facet
from vendors.models.listings import CODE_SHAPE

LONGEST = Capability._meta.get_field("code").max_length or 0

# The words that data sets and vendors use today. Others are welcome in a listing; a request may ask only for what
# stands here or in some listing, so that a misspelt word does not silently match nobody.
KNOWN: Mapping[Facet, frozenset[str]] = {
    Facet.MODALITY: frozenset(
        {"audio", "code", "document", "image", "lidar", "radar", "sensor-fusion", "text", "video"},
    ),
    Facet.TASK: frozenset(
        {
            "annotation",
            "classification",
            "content-moderation",
            "data-collection",
            "entity-linking",
            "evaluation",
            "expert-annotation",
            "human-feedback",
            "keypoint",
            "label-audit",
            "ner",
            "object-tracking",
            "polygon",
            "programmatic-labeling",
            "prompt-writing",
            "rlhf",
            "rubric-writing",
            "segmentation",
            "sentiment",
            "sft",
            "synthetic-data",
            "transcription",
        },
    ),
}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


def code_of(text: str) -> str:
    """Return the code for a word as people write it.

    >>> code_of(" ISO 27001 ")
    'iso-27001'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def is_language(code: str) -> bool:
    """Whether the code has the shape of a BCP 47 tag in lower case: de, pt-br."""
    return LANGUAGE.fullmatch(code) is not None


def checked_codes(capabilities: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """Return sorted codes per facet; raises Invalid with one sentence per wrong facet or code."""
    wrong = {
        name: f"There is no facet '{name}': use {', '.join(Facet.values)}." for name in unknown_facets(capabilities)
    }
    for name, codes in capabilities.items():
        bad = sorted(code for code in codes if not _fits(name, code))
        if bad:
            wrong[name] = (
                f"'{bad[0]}' is no {name} code: write lower-case words joined by hyphens, such as sensor-fusion."
            )
    if wrong:
        raise Invalid(wrong)
    return {name: tuple(sorted(set(codes))) for name, codes in capabilities.items() if codes}


def unknown_facets(capabilities: Mapping[str, Collection[str]]) -> list[str]:
    return [name for name in capabilities if name not in Facet.values]


def _fits(facet: str, code: object) -> bool:
    if not isinstance(code, str) or len(code) > LONGEST or not re.match(CODE_SHAPE, code):
        return False
    return facet != Facet.LANGUAGE or is_language(code)
