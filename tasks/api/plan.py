"""The plan itself: short lists that come whole."""

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.models import Agency
from tasks.api.base import TasksView
from tasks.models import Pillar, Plan
from tasks.readers import agency_rows, pillar_rows, plan_row, zone_rows
from tasks.serializers import AgencySerializer, PillarSerializer, PlanSerializer, ZoneSerializer
from zones.models import Zone


class PlanView(TasksView):
    """GET /plan/."""

    @extend_schema(
        operation_id="plan_read", summary=_("实施方案"), responses={200: PlanSerializer, 404: None}, tags=["plan"]
    )
    def get(self, request: Request) -> Response:
        plan = Plan.objects.visible_to(request.user).current().first()
        if plan is None:
            raise Http404
        return Response(plan_row(plan))


class PillarsView(TasksView):
    """GET /pillars/."""

    @extend_schema(
        operation_id="pillars_list", summary=_("主要任务板块"), responses=PillarSerializer(many=True), tags=["plan"]
    )
    def get(self, request: Request) -> Response:
        return Response(pillar_rows(Pillar.objects.visible_to(request.user).current()))


class ZonesView(TasksView):
    """GET /zones/."""

    @extend_schema(operation_id="zones_list", summary=_("片区"), responses=ZoneSerializer(many=True), tags=["plan"])
    def get(self, request: Request) -> Response:
        return Response(zone_rows(Zone.objects.visible_to(request.user)))


class AgenciesView(TasksView):
    """GET /agencies/."""

    @extend_schema(
        operation_id="agencies_list", summary=_("单位"), responses=AgencySerializer(many=True), tags=["plan"]
    )
    def get(self, request: Request) -> Response:
        return Response(agency_rows(Agency.objects.visible_to(request.user)))
