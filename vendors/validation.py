"""What a row may say by its fields' own rules. The database's constraints stand behind it."""

from django.core.exceptions import ValidationError
from django.db import models


def field_problems(row: models.Model, *names: str) -> dict[str, str]:
    """Return a sentence per named field whose value its own length, choices or validators refuse."""
    others = {field.name for field in row._meta.fields} - set(names)
    try:
        row.clean_fields(exclude=others)
    except ValidationError as error:
        return {name: " ".join(messages) for name, messages in error.message_dict.items()}
    return {}
