"""Addresses that lead nowhere."""

from typing import Any, NoReturn

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.api.doors import CACHING


class Nowhere(APIView):
    """Answers what no other door does, as problem+json like the rest."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = CACHING
        return answer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        raise Http404
