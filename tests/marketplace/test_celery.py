"""The Celery configuration that really runs, against DESIGN 5."""

import ast
import inspect
from typing import Any

import pytest
from celery import current_app
from django.conf import settings

from marketplace import celery_app

on_redis = pytest.mark.skipif(not settings.BROKER_SERVER, reason="these are settings of Redis")

WANTED = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "task_ignore_result": True,
    "result_backend": None,
    "task_serializer": "json",
    "event_serializer": "json",
    "accept_content": ["json"],
    "task_create_missing_queues": False,
    "task_default_queue": "rescoring",
    "worker_cancel_long_running_tasks_on_connection_loss": True,
    "enable_utc": True,
    "timezone": "UTC",
}


def ours() -> dict[str, Any]:
    current_app.loader.import_default_modules()
    return {name: task for name, task in celery_app.tasks.items() if not name.startswith("celery.")}


@pytest.mark.parametrize("name", WANTED)
def test_the_live_configuration_is_what_the_design_says(name: str) -> None:
    assert celery_app.conf[name] == WANTED[name]


def test_there_is_a_queue_for_each_kind_of_work() -> None:
    assert set(celery_app.amqp.queues) == {"rescoring", "imports", "notices"}


def test_a_task_is_stopped_softly_and_then_hard() -> None:
    assert 0 < celery_app.conf.task_soft_time_limit < celery_app.conf.task_time_limit


@on_redis
def test_redis_gives_a_task_out_again_long_after_its_hard_limit() -> None:
    assert celery_app.conf.task_time_limit * 10 < celery_app.conf.broker_transport_options["visibility_timeout"]


@on_redis
def test_no_socket_waits_for_ever() -> None:
    options = celery_app.conf.broker_transport_options
    assert all(0 < options[name] <= 5 for name in ("socket_timeout", "socket_connect_timeout"))
    assert celery_app.conf.broker_connection_timeout <= 5


def test_no_task_of_ours_overrides_what_all_have() -> None:
    found, limits = ours(), (celery_app.conf.task_time_limit, celery_app.conf.task_soft_time_limit)
    assert "marketplace.tasks.sweep" in found
    for name, task in found.items():
        assert (task.acks_late, task.reject_on_worker_lost, task.ignore_result) == (True, True, True), name
        assert (task.time_limit, task.soft_time_limit) == limits, name


def test_tasks_take_ids_by_keyword_and_nothing_else() -> None:
    for name, task in ours().items():
        for parameter in inspect.signature(task.run).parameters.values():
            assert parameter.kind is inspect.Parameter.KEYWORD_ONLY, name
            assert parameter.name.endswith(("_id", "_ids")), name


def test_nothing_is_sent_to_be_done_later() -> None:
    """An ETA would be a promise kept by the broker alone: what falls due is found by date."""
    for folder in ("conflicts", "marketplace", "vendors"):
        for path in (settings.BASE_DIR / folder).rglob("*.py"):
            calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
            keywords = {keyword.arg for call in calls for keyword in call.keywords}
            assert not keywords & {"eta", "countdown"}, path


def test_periodic_work_expires_before_it_piles_up() -> None:
    for name, entry in celery_app.conf.beat_schedule.items():
        assert entry["task"] in ours(), name
        assert entry["options"]["expires"] > 0, name
