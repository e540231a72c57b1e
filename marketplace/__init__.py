"""The Django project and the client side of the marketplace."""

from marketplace.celery import app as celery_app

__all__ = ["celery_app"]
