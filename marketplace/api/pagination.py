"""Lists come in numbered pages of bounded size."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import InvalidPage
from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.views import APIView

LARGEST_PAGE = 200
DIGITS = 6
LARGEST_NUMBER = 10**DIGITS - 1


class Pages(PageNumberPagination):
    """`?page=2&page_size=100`; the rows keep one order, whose last word is the id."""

    page_size = 50
    max_page_size = LARGEST_PAGE
    page_size_query_param = "page_size"
    page_query_description = "The number of the page, from 1."
    page_size_query_description = f"How many rows a page has: 1 to {LARGEST_PAGE}, else 50."

    def paginate_queryset(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        self.request = request
        size, number = _number(request, "page_size", LARGEST_PAGE, default=50), _number(request, "page")
        paginator = self.django_paginator_class(queryset, size)
        try:
            self.page = paginator.page(number)
        except InvalidPage:
            raise ValidationError(
                {"page": f"There is no page {number}: the last one is {paginator.num_pages}."}
            ) from None
        return list(self.page)


def _number(request: Request, name: str, largest: int = LARGEST_NUMBER, *, default: int = 1) -> int:
    text = request.query_params.get(name, str(default))
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else 0
    if not 1 <= number <= largest:
        raise ValidationError({name: f"'{text[:20]}' is no {name}: write a whole number from 1 to {largest}."})
    return number
