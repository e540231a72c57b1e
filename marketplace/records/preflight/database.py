"""What must be right in the database before anything is served from it."""

from functools import cache

from django.core.checks import CheckMessage, Error
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from marketplace.records import guards

ISOLATION = "SELECT setting, source FROM pg_settings WHERE name = 'default_transaction_isolation'"
ROLE = "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
OWNED = (
    "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace "
    "AND pg_has_role(current_user, relowner, 'MEMBER') ORDER BY relname"
)
RIGHTS = (
    "SELECT right_name FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS right_name "
    "WHERE has_table_privilege(to_regclass('public.records_logentry'), right_name) "
    "OR (right_name = 'UPDATE' AND has_any_column_privilege(to_regclass('public.records_logentry'), right_name))"
)
APPLIED = "django_migrations"
MIGRATE = "run manage.py migrate with DATABASE_OWNER_URL set"

Problems = list[CheckMessage]


def reachable(connection: BaseDatabaseWrapper) -> Problems:
    """The database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        reason = str(error).strip().partition("\n")[0]
        return [Error(f"The database does not answer ({reason}): start it, or correct DATABASE_URL.", id="ops.E101")]
    return []


def isolation(connection: BaseDatabaseWrapper) -> Problems:
    """Transactions are READ COMMITTED by default: the gate and the writers refuse any other."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(ISOLATION)
        level, source = cursor.fetchone()
    if level == "read committed":
        return []
    told = f"Transactions begin as {level.upper()} here and would go by old snapshots"
    return [Error(f"{told}: {_reset(connection, source)}.", id="ops.E102")]


def _reset(connection: BaseDatabaseWrapper, source: str) -> str:
    """Say what sets the level back, by where PostgreSQL has it from."""
    app, name = (connection.settings_dict[key] for key in ("USER", "NAME"))
    places = {
        "user": f'ROLE "{app}"',
        "database": f'DATABASE "{name}"',
        "database user": f'ROLE "{app}" IN DATABASE "{name}"',
    }
    if source in places:
        return f"run ALTER {places[source]} RESET default_transaction_isolation"
    if source == "client":
        return "take default_transaction_isolation out of DATABASE_URL and PGOPTIONS"
    return "set default_transaction_isolation to 'read committed' in the server's configuration"


def role(connection: BaseDatabaseWrapper) -> Problems:
    """The app role cannot change the decision log, nor grant itself the right to."""
    if connection.vendor != "postgresql":
        return []
    app = connection.settings_dict["USER"]
    with connection.cursor() as cursor:
        cursor.execute(ROLE)
        superuser, bypasses, creates = cursor.fetchone()
        cursor.execute(OWNED)
        owned = [name for (name,) in cursor.fetchall()]
        cursor.execute(RIGHTS)
        rights = [name for (name,) in cursor.fetchall()]
    wrong = {"SUPERUSER": superuser, "BYPASSRLS": bypasses, "CREATEROLE": creates}
    powers = [power for power, has in wrong.items() if has]
    if powers:
        # A superuser owns and may do everything: one sentence is enough.
        mend = f'run ALTER ROLE "{app}" {" ".join(f"NO{power}" for power in powers)}'
        return [Error(f"The app role {app} is {' and '.join(powers)} and could change the log: {mend}.", id="ops.E103")]
    return [*_owning(app, owned), *_writing(app, [] if owned else rights)]


def _owning(app: str, owned: list[str]) -> Problems:
    if not owned:
        return []
    mend = "give them to the owner role of deploy/postgres/roles.sql, and take the app role out of that role"
    return [Error(f"The app role {app} owns {len(owned)} tables ({owned[0]} ...): {mend}.", id="ops.E104")]


def _writing(app: str, rights: list[str]) -> Problems:
    if not rights:
        return []
    told = f"The app role {app} may {' and '.join(rights)} in the decision log, which is append-only"
    mend = f'run REVOKE {", ".join(rights)} ON records_logentry FROM "{app}" (and from PUBLIC), or {MIGRATE}'
    return [Error(f"{told}: {mend}.", id="ops.E105")]


def migrations(connection: BaseDatabaseWrapper) -> Problems:
    """Every migration of this release is applied; later ones are the next release's, and do no harm."""
    missing = unapplied(connection)
    if not missing:
        return []
    count = "1 migration is" if len(missing) == 1 else f"{len(missing)} migrations are"
    return [Error(f"{count} not applied, the first is {missing[0]}: {_migrate(connection)}.", id="ops.E106")]


def unapplied(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of this release's migrations that the database lacks."""
    with connection.cursor() as cursor:
        applied: set[tuple[str, str]] = set()
        # Django's recorder would ask over another connection than this one.
        if APPLIED in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT app, name FROM {APPLIED}")  # noqa: S608 - Django's own table
            applied = set(cursor.fetchall())
    return [".".join(name) for name in _written() if name not in applied]


def triggers(connection: BaseDatabaseWrapper) -> Problems:
    """Every trigger that keeps a promise is there and fires."""
    missing = missing_triggers(connection)
    if not missing:
        return []
    count = "1 trigger is" if len(missing) == 1 else f"{len(missing)} triggers are"
    return [Error(f"{count} missing or off, the first is {missing[0]}: {_migrate(connection)}.", id="ops.E107")]


def missing_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of declared triggers that the database lacks, or that do not fire."""
    return sorted(guards.declared_triggers(connection.vendor) - guards.installed_triggers(connection))


def _migrate(connection: BaseDatabaseWrapper) -> str:
    return MIGRATE if connection.vendor == "postgresql" else "run manage.py migrate"


@cache
def _written() -> list[tuple[str, str]]:
    """The migrations of this release; its files do not change while it runs."""
    return sorted(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)
