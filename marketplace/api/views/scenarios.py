"""Scenarios: what an event would do. Nothing of them is kept."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.api.callers import MEMBER_OR_COMPLIANCE
from marketplace.api.doors import Door
from marketplace.api.serializers.scenarios import ScenarioIn, ScenarioOut
from marketplace.models import Client
from marketplace.services.questions import imagine


class ScenariosDoor(Door):
    may = {"POST": MEMBER_OR_COMPLIANCE}

    @extend_schema(operation_id="scenarios_ask", request=ScenarioIn, responses=ScenarioOut)
    def post(self, request: Request) -> Response:
        """Ask what an event would do: which vendors flip, and which running work that touches. Writes nothing.

        A client sees its own part; compliance staff see every client's.
        """
        told = self.body(ScenarioIn)
        found = imagine(clients=self._clients(told.pop("client", None)), **told)
        return self.shown(ScenarioOut, {"as_of": told["as_of"], "clients": found})

    def _clients(self, asked: Client | None) -> list[Client]:
        if asked is not None:
            return [asked]
        if self.caller.is_compliance:
            return list(Client.objects.select_related("party"))
        return [self.client]
