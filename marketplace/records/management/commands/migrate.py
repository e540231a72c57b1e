"""Django's migrate, as the owner where there is one, followed by the database's guards."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from marketplace.records import guards

OWNER = "owner"


class Command(migrate.Command):
    """After a complete run the triggers and privileges are installed anew: a rebuilt table has lost its own.

    On SQLite they are taken away before, since a table that a trigger names could not be rebuilt.
    """

    help = f"{migrate.Command.help} Triggers and privileges are installed after every complete run."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        if OWNER in connections:
            parser.set_defaults(database=OWNER)

    def handle(self, *args: Any, **options: Any) -> None:
        alias = options["database"]
        if alias == DEFAULT_DB_ALIAS and connections[alias].vendor == "postgresql":
            raise CommandError(
                "On PostgreSQL the owner migrates: set DATABASE_OWNER_URL to the owner's address "
                "(deploy/postgres/roles.sql makes both roles) and leave --database out."
            )
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        guards.remove(alias)
        super().handle(*args, **options)
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Triggers and privileges wait for the migrations that are still to be applied.")
            return
        guards.install(alias)
