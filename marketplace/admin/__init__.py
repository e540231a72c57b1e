"""The client side and the decision log in the console."""

from marketplace.admin import alerts, clients, dominoes, engagements, log, notices, requests, waiting

__all__ = ["alerts", "clients", "dominoes", "engagements", "log", "notices", "requests", "waiting"]
