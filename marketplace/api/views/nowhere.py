"""Addresses that lead nowhere."""

from typing import Any, NoReturn

from django.http import Http404
from rest_framework.request import Request
from rest_framework.views import APIView


class Nowhere(APIView):
    """Answers what no other door does, as problem+json like the rest."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        raise Http404
