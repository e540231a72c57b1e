"""The constraint that keeps a row and the row it refers to with the same client, in the database itself."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.constraints import BaseConstraint

FOREIGN_KEY = (
    "CONSTRAINT %(name)s FOREIGN KEY (%(own)s, %(own_client)s) REFERENCES %(table)s (%(theirs)s, %(their_client)s)"
    " DEFERRABLE INITIALLY DEFERRED"
)

Model = type[models.Model]


class SameClient(BaseConstraint):
    """A foreign key over (field, client): the row referred to must belong to this row's client.

    `theirs` is how the model referred to names its client: `tenant` in conflicts, which knows no client. It needs a
    unique constraint on ("id", `theirs`), made by an earlier operation of the migrations. An empty `field` passes.
    """

    def __init__(self, *, field: str, name: str, theirs: str = "client") -> None:
        self.field, self.theirs = field, theirs
        super().__init__(name=name, violation_error_message=f"The {field} belongs to another client.")

    def constraint_sql(self, model: Model | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        own_model, editor = _given(model, schema_editor)
        own, client = _key(own_model, self.field), _key(own_model, "client")
        other = own.remote_field.model
        names = {
            "name": self.name,
            "own": own.column,
            "own_client": client.column,
            "table": other._meta.db_table,
            "theirs": own.target_field.column,
            "their_client": _column(other, self.theirs),
        }
        return FOREIGN_KEY % {key: editor.quote_name(str(name)) for key, name in names.items()}

    def create_sql(self, model: Model | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        own_model, editor = _given(model, schema_editor)
        return f"ALTER TABLE {editor.quote_name(own_model._meta.db_table)} ADD {self.constraint_sql(own_model, editor)}"

    def remove_sql(self, model: Model | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        own_model, editor = _given(model, schema_editor)
        return (
            f"ALTER TABLE {editor.quote_name(own_model._meta.db_table)} DROP CONSTRAINT {editor.quote_name(self.name)}"
        )

    def validate(
        self, model: Model, instance: models.Model, exclude: set[str] | None = None, using: str = DEFAULT_DB_ALIAS
    ) -> None:
        """Say so before the database does; raises ValidationError."""
        if {self.field, "client"} & (exclude or set()):
            return
        referred = getattr(instance, self.field)
        own_client = _key(model, "client").value_from_object(instance)
        if referred is not None and referred._meta.get_field(self.theirs).value_from_object(referred) != own_client:
            raise ValidationError(str(self.violation_error_message))

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, _, _ = super().deconstruct()
        theirs = {} if self.theirs == "client" else {"theirs": self.theirs}
        return path, (), {"field": self.field, "name": self.name, **theirs}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameClient) and self._told == other._told

    def __hash__(self) -> int:
        return hash(self._told)

    @property
    def _told(self) -> tuple[str, str, str]:
        return str(self.name), self.field, self.theirs


def _key(model: Model, name: str) -> models.ForeignKey[Any, Any]:
    field = model._meta.get_field(name)
    if not isinstance(field, models.ForeignKey):
        raise TypeError(f"{model.__name__}.{name} is no foreign key.")
    return field


def _column(model: Model, name: str) -> str:
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field) or field.column is None:
        raise TypeError(f"{model.__name__}.{name} is no column.")
    return field.column


def _given(model: Model | None, editor: BaseDatabaseSchemaEditor | None) -> tuple[Model, BaseDatabaseSchemaEditor]:
    if model is None or editor is None:
        raise TypeError("A constraint over two tables needs the model and the schema editor.")
    return model, editor
