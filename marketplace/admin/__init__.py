"""The client side and the decision log in the console."""

from marketplace.admin import clients, engagements, log, requests, waiting

__all__ = ["clients", "engagements", "log", "requests", "waiting"]
