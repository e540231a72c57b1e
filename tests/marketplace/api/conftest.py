"""One world for all tests of a module, whose changes are taken back after each."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.marketplace.api.world import World, taken_back, world


@pytest.fixture(scope="module")
def module_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), taken_back():
        yield world()


@pytest.fixture
def made(module_world: World) -> Iterator[World]:
    with taken_back():
        yield module_world
