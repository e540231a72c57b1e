"""The vendors app in the console."""

from vendors.admin import applications, vendors

__all__ = ["applications", "vendors"]
