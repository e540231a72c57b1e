"""A site that others reach is not run by the settings of a machine of one's own."""

import pytest
from pytest_django.fixtures import Settings

from marketplace.records.preflight.site import site

STRONG = "k7" * 25


@pytest.fixture(autouse=True)
def reached_by_others(settings: Settings) -> None:
    settings.PRODUCTION, settings.DEBUG, settings.SECRET_KEY = False, False, STRONG
    settings.ALLOWED_HOSTS = ["localhost", "site.example"]


def told() -> list[tuple[str, str]]:
    return [(type(problem).__name__, problem.msg) for problem in site()]


def test_debug_is_refused(settings: Settings) -> None:
    settings.DEBUG = True
    sentence = "DEBUG shows the inside of the site to whoever reaches site.example: write DEBUG=0."
    assert told() == [("Error", sentence)]


@pytest.mark.parametrize("key", ["short", "django-insecure-" + STRONG])
def test_a_key_that_can_be_guessed_is_refused_and_not_repeated(key: str, settings: Settings) -> None:
    settings.SECRET_KEY = key
    ((kind, sentence),) = told()
    assert (kind, sentence.partition(":")[0]) == ("Error", "SECRET_KEY can be guessed by whoever reaches site.example")
    assert key not in sentence


def test_a_site_still_called_development_is_warned_of() -> None:
    sentence = "Cookies of whoever reaches site.example also travel without https: write ARMSLENGTH_ENV=production."
    assert told() == [("Warning", sentence)]


def test_at_home_and_in_production_there_is_nothing_to_say(settings: Settings) -> None:
    settings.PRODUCTION = True
    assert told() == []
    settings.PRODUCTION, settings.DEBUG, settings.SECRET_KEY = False, True, "short"
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    assert told() == []
