from datetime import date
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from agencies.api import OnceView
from agencies.roles import Scope
from common import clock
from tasks.models import Task

AS_OF = OpenApiParameter("as_of", date, description=_("截至这一天结束时的情况，按留痕重现；早于第一条留痕时没有内容。"))


class ReadsTasks(BasePermission):
    """Whoever may read tasks; the auditor reads the ledger alone, and finds no single object (404) elsewhere."""

    message = _("您的岗位不能查看任务。")

    def has_permission(self, request: Request, view: Any) -> bool:
        user: Any = request.user
        if not user.reads_tasks and view.kwargs:
            raise Http404
        return user.reads_tasks


class TasksView(OnceView):
    """A view of the plan, its tasks or what is reported on them."""

    permission_classes = (*OnceView.permission_classes, ReadsTasks)
    read_scopes = (Scope.READ.value, Scope.WRITE.value)
    write_scopes = (Scope.WRITE.value,)

    def find_task(self, number: int) -> Task:
        """The task of the plan in force with this number; Http404 when there is none to see."""
        task = Task.objects.visible_to(self.request.user).current().filter(number=number).first()
        if task is None:
            raise Http404
        return task

    def read_as_of(self) -> date | None:
        """The past day that was asked for."""
        return self.read.day("as_of", latest=clock.today())
