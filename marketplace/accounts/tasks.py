"""Housekeeping of logins."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def forget_ended_sessions() -> None:
    """Delete the rows of login sessions that have ended."""
    call_command("clearsessions")
