"""The column that numbers the rows of the decision log."""

from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Func, Model
from django.db.models.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    Number = BigIntegerField[int, int]
else:
    Number = BigIntegerField


class NextPosition(Func):
    """The next number of a column: the identity's on PostgreSQL, the largest plus one on SQLite.

    SQLite lets one transaction write at a time, so two rows cannot get the same number there.
    """

    output_field = BigIntegerField()

    def __init__(self, table: str, column: str) -> None:
        super().__init__()
        self.table = table
        self.column = column

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        if connection.vendor == "postgresql":
            return "DEFAULT", ()
        table, column = (connection.ops.quote_name(name) for name in (self.table, self.column))
        return f"(SELECT COALESCE(MAX({column}), 0) + 1 FROM {table})", ()  # noqa: S608 - names of our own


class PositionField(Number):
    """A number that the database gives to each new row. Numbers rise; a rolled-back row leaves a gap."""

    db_returning = True

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        if connection.vendor == "postgresql":
            return "bigint GENERATED ALWAYS AS IDENTITY"
        return super().db_type(connection)

    def pre_save(self, model_instance: Model, add: bool) -> NextPosition | int:  # noqa: FBT001 - Django's signature
        if add:
            return NextPosition(model_instance._meta.db_table, self.get_attname())
        number: int = super().pre_save(model_instance, add)
        return number
