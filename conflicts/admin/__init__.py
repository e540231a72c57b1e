"""The conflicts app in the console: each module registers its models."""

from conflicts.admin import interests, parties, sources, ties, watches

__all__ = ["interests", "parties", "sources", "ties", "watches"]
