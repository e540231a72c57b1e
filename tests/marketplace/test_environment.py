"""A wrong variable is refused with a sentence that says what to write and gives no secret away."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from marketplace.environment import Environment

APP = "postgres://app:apple@db:5432/site"  # pragma: allowlist secret
RELAY = "smtp+tls://ann%40a:p%2Fw@mail.example:2525"  # pragma: allowlist secret
OWNER = "postgres://owner:orange@db:5432/site"  # pragma: allowlist secret


def databases(**values: str) -> dict[str, dict[str, object]]:
    return Environment(values).databases(default=Path("/state/site.sqlite3"))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"DATABASE_URL": APP.replace("postgres", "mysql")},
            "DATABASE_URL begins with neither sqlite:// nor postgres://",
        ),
        ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL names no file: write sqlite:////absolute"),
        ({"DATABASE_URL": "sqlite://site.sqlite3"}, "DATABASE_URL names no file: write sqlite:////absolute"),
        ({"DATABASE_URL": APP.replace("5432", "many")}, "DATABASE_URL is no PostgreSQL address"),
        ({"DATABASE_URL": APP.replace("apple", "apple%zz")}, "DATABASE_URL is no PostgreSQL address"),
        ({"DATABASE_URL": APP.removesuffix("/site")}, "DATABASE_URL names no database"),
        ({"DATABASE_URL": "postgres://db/site"}, "DATABASE_URL names no user"),
        ({"DATABASE_OWNER_URL": OWNER}, "DATABASE_OWNER_URL belongs beside a PostgreSQL DATABASE_URL"),
        ({"DATABASE_URL": APP, "DATABASE_OWNER_URL": APP}, "both name the role 'app'"),
        ({"DATABASE_URL": APP, "DATABASE_OWNER_URL": f"{OWNER}2"}, "'site' and DATABASE_OWNER_URL 'site2'"),
    ],
)
def test_bad_database_addresses_are_refused(values: dict[str, str], sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        databases(**values)
    assert sentence in str(refusal.value)
    assert "apple" not in str(refusal.value)
    assert "orange" not in str(refusal.value)


def test_the_default_is_a_file_that_writers_wait_for() -> None:
    default = databases()["default"]
    assert default["NAME"] == "/state/site.sqlite3"
    assert default["OPTIONS"]["transaction_mode"] == "IMMEDIATE"  # type: ignore[index]


def test_a_socket_folder_and_libpq_options_reach_the_driver() -> None:
    default = databases(DATABASE_URL="postgresql://app:a%40b@%2Frun%2Fpg/site?sslmode=disable")["default"]
    assert (default["HOST"], default["PASSWORD"], default["PORT"]) == ("/run/pg", "a@b", "")
    assert default["OPTIONS"]["sslmode"] == "disable"  # type: ignore[index]


def test_two_roles_are_two_connections_to_one_database() -> None:
    found = databases(DATABASE_URL=APP, DATABASE_OWNER_URL=OWNER)
    assert {alias: (one["USER"], one["NAME"]) for alias, one in found.items()} == {
        "default": ("app", "site"),
        "owner": ("owner", "site"),
    }


@pytest.mark.parametrize("address", ["localhost:6379", "http://localhost", "unix:///redis.sock", "redis"])
def test_a_broker_address_must_be_one_that_celery_knows(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"REDIS_URL is no Redis address: write redis://host:6379/0"):
        Environment({"REDIS_URL": address}).redis("REDIS_URL")


@pytest.mark.parametrize("found", ["maybe", "2", "TRUEISH"])
def test_a_flag_is_yes_or_no(found: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"DEBUG is '{found}': write 1 for yes or 0 for no"):
        Environment({"DEBUG": found}).flag("DEBUG", default=False)


@pytest.mark.parametrize("found", ["0", "-1", "two", "1.5", "²"])
def test_a_number_is_whole_and_large_enough(found: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="write a whole number of at least 1"):
        Environment({"WORKER_PROCESSES": found}).number("WORKER_PROCESSES", default=2, at_least=1)


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Environment({"WORKER_PROCESSES": " "}).number("WORKER_PROCESSES", default=2, at_least=1) == 2


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match=r"ARMSLENGTH_STATE is .*Write a folder that can be written to"):
        Environment({"ARMSLENGTH_STATE": f"{tmp_path}/file/state"}).folder("ARMSLENGTH_STATE", default=tmp_path)


def test_outside_production_a_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    file = tmp_path / "secret-key"
    first = Environment({}).secret_key("SECRET_KEY", production=False, kept_in=file)
    assert Environment({}).secret_key("SECRET_KEY", production=False, kept_in=file) == first
    assert len(first) >= 50
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("key", ["", "short", "django-insecure-" + "x" * 60])
def test_production_needs_a_strong_key_of_its_own(key: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY is (missing|too weak): in production write") as refusal:
        Environment({"SECRET_KEY": key}).secret_key("SECRET_KEY", production=True, kept_in=tmp_path / "secret-key")
    assert "x" * 60 not in str(refusal.value)
    assert not (tmp_path / "secret-key").exists()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("console://", {"BACKEND": "django.core.mail.backends.console.EmailBackend"}),
        ("file:///var/mail-out", {"FILE_PATH": "/var/mail-out"}),
        ("smtp://mail.example", {"HOST": "mail.example", "PORT": 25, "USE_TLS": False, "USE_SSL": False}),
        ("smtps://mail.example", {"PORT": 465, "USE_SSL": True}),
        (RELAY, {"PORT": 2525, "USER": "ann@a", "PASSWORD": "p/w"}),
    ],
)
def test_mail_is_sent_as_its_address_says(url: str, told: dict[str, object]) -> None:
    assert told.items() <= Environment({"EMAIL_URL": url}).email("EMAIL_URL", default="console://").items()


@pytest.mark.parametrize(
    "url", ["mail.example", "smtp://", "file://", "file://folder", "pop://mail.example", "smtp://a:b"]
)
def test_a_mail_address_that_cannot_be_right_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL is n") as refusal:
        Environment({"EMAIL_URL": url}).email("EMAIL_URL", default="console://")
    assert url not in str(refusal.value).partition(": write")[0]


@pytest.mark.parametrize("address", ["site.example", "ftp://site.example", "https://"])
def test_the_site_has_an_address_of_the_web(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="write an address such as"):
        Environment({"SITE_ADDRESS": address}).address("SITE_ADDRESS", default="http://127.0.0.1:8000")
    kept = Environment({"SITE_ADDRESS": "https://site.example/"}).address("SITE_ADDRESS", default="")
    assert kept == "https://site.example"


@pytest.mark.parametrize(
    ("celery", "client"),
    [
        ("", ""),
        ("redis://:pass@host:6379/2", "redis://:pass@host:6379/2"),
        ("redis+socket:///run/redis.sock?virtual_host=3", "unix:///run/redis.sock?db=3"),
        ("rediss://:Pass@host/0?ssl_cert_reqs=CERT_REQUIRED", "rediss://:Pass@host/0?ssl_cert_reqs=required"),
    ],
)
def test_an_address_in_celerys_form_is_told_to_the_client_in_its_own(celery: str, client: str) -> None:
    assert Environment({"REDIS_URL": celery}).redis_server("REDIS_URL") == client
