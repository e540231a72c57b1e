"""The settings file in a process of its own, as a server would start it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PRODUCTION = {"ARMSLENGTH_ENV": "production", "SECRET_KEY": "k" * 64, "ALLOWED_HOSTS": "site.example"}
OURS = {
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "CACHE_URL",
    "ARMSLENGTH_ENV",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DEBUG",
}


def ask_settings(expression: str, state: Path, **values: str) -> subprocess.CompletedProcess[str]:
    """Print an expression over the settings that these variables make."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [sys.executable, "-c", f"from marketplace import settings; print({expression})"],
        cwd=ROOT,
        env={**kept, "ARMSLENGTH_STATE": str(state), **values},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing: in production write at least 50 random characters"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is empty: in production write the site's host names"),
        ({"DEBUG": "1"}, "DEBUG is on while ARMSLENGTH_ENV is production"),
        ({"ARMSLENGTH_ENV": "prod"}, "ARMSLENGTH_ENV is 'prod': write one of development, production"),
    ],
)
def test_production_refuses_what_would_make_it_unsafe(change: dict[str, str], sentence: str, tmp_path: Path) -> None:
    answer = ask_settings("1", tmp_path, **{**PRODUCTION, **change})
    assert answer.returncode == 1
    assert sentence in answer.stderr.splitlines()[-1]


def test_production_guards_cookies_and_insists_on_https(tmp_path: Path) -> None:
    wanted = "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS > 0"
    assert ask_settings(wanted, tmp_path, **PRODUCTION).stdout.strip() == "True True True"


def test_nothing_set_means_files_in_the_state_folder(tmp_path: Path) -> None:
    answer = ask_settings("settings.DATABASES['default']['NAME'], settings.CELERY_BROKER_URL", tmp_path)
    assert answer.stdout.strip() == f"{tmp_path}/armslength.sqlite3 filesystem://localhost"


def test_a_task_ends_long_before_the_broker_gives_it_to_another_worker(tmp_path: Path) -> None:
    wanted = "settings.CELERY_TASK_TIME_LIMIT, settings.CELERY_BROKER_TRANSPORT_OPTIONS['visibility_timeout']"
    limit, visible = ask_settings(wanted, tmp_path, REDIS_URL="redis://broker/0").stdout.split()
    assert int(limit) * 10 < int(visible)


def test_the_cache_is_in_memory_until_it_has_a_server_of_its_own(tmp_path: Path) -> None:
    wanted = "settings.CACHES['default']['BACKEND'].rpartition('.')[2], settings.CACHES['default'].get('LOCATION')"
    assert ask_settings(wanted, tmp_path, REDIS_URL="redis://broker/0").stdout.strip() == "LocMemCache None"
    apart = ask_settings(wanted, tmp_path, REDIS_URL="redis://broker/0", CACHE_URL="redis://cache/0")
    assert apart.stdout.strip() == "RedisCache redis://cache/0"
