from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import InvalidError, require
from supervision.actions import read_all_messages, read_message
from supervision.models import Message
from supervision.readers import by_task, message_rows

PAGE_SIZE = 50
SHOWN = ("all", "unread")


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The person's reminders by task, what is unread first; nothing for the auditor, who reads the ledger alone."""
    require(request.user.reads_tasks)
    show = request.GET.get("show", "all")
    if show not in SHOWN:
        raise InvalidError({"show": [_("只能按全部或未读查看。")]})
    own = Message.objects.visible_to(request.user).order_by(F("read_at").asc(nulls_first=True), "-created_at", "-pk")
    page = Paginator(own.unread() if show == "unread" else own, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"groups": by_task(message_rows(page.object_list)), "page": page, "show": show}
    return render(request, "supervision/inbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """On to what it is about. The inbox opens it by POST, which marks it as read; a mere link changes nothing."""
    found = get_object_or_404(Message.objects.visible_to(request.user).select_related("task", "delivery"), pk=pk)
    if request.method == "POST":
        read_message(message=found, by=request.user, now=clock.now())
    return _on_to(found)


def _on_to(found: Message) -> HttpResponse:
    """The notice or the bulletin, else the task."""
    if found.delivery.notice_id:
        return redirect("supervision:notice", pk=found.delivery.notice_id)
    if found.delivery.bulletin_id:
        return redirect("supervision:bulletin", pk=found.delivery.bulletin_id)
    return redirect("dashboard:task", number=found.task.number) if found.task else redirect("supervision:inbox")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Everything in the inbox counts as read."""
    require(request.user.reads_tasks)
    count = read_all_messages(by=request.user, now=clock.now())
    messages.success(
        request,
        ngettext("已将 %(count)d 条消息标为已读。", "已将 %(count)d 条消息标为已读。", count) % {"count": count},
    )
    return redirect("supervision:inbox")
