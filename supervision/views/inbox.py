"""消息: the inbox by task, the panel under the bell, and what marks a message as read or unread again."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_http_methods, require_POST, require_safe

from common import clock
from common.errors import InvalidError, require
from common.undoing import offer_undo
from supervision.actions import read_all_messages, read_message, unread_message, unread_messages
from supervision.models import Level, Message
from supervision.readers import by_task, inbox_page, message_rows, recent_unread, unread_count

PAGE_SIZE = 50
SHOWN = ("all", "unread")


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The person's reminders by task, what is unread first; nothing for the auditor, who reads the ledger alone."""
    require(request.user.reads_tasks)
    show, level, after = (request.GET.get(name, "") for name in ("show", "level", "after"))
    own, show = Message.objects.visible_to(request.user), show or "all"
    if show not in SHOWN:
        raise InvalidError({"show": [_("只能按全部或未读查看。")]})
    if level and level not in map(str, Level.values):
        raise InvalidError({"level": [_("没有这个提醒级别。")]})
    rows, following = inbox_page(own.filter(level=level) if level else own, show=show, after=after, size=PAGE_SIZE)
    context = {"groups": by_task(rows), "next": following, "after": after, "show": show, "level": level}
    return render(request, "supervision/inbox.html", {**context, "levels": Level.choices})


@require_safe
def inbox_recent(request: HttpRequest) -> HttpResponse:
    """The panel under the bell: the newest unread messages; by itself it is no page, so on to the inbox."""
    require(request.user.reads_tasks)
    return _panel(request) if request.htmx else redirect("supervision:inbox")


def _count_tag(request: HttpRequest) -> str | None:
    user = request.user
    return f'"{unread_count(user)}-{get_language()}"' if user.is_authenticated and user.reads_tasks else None


@require_safe
@cache_control(private=True, no_cache=True)
@condition(etag_func=_count_tag)
def inbox_count(request: HttpRequest) -> HttpResponse:
    """The number on the bell; pages that stay open ask for it now and then, and one query answers."""
    require(request.user.reads_tasks)
    return JsonResponse({"html": render_to_string("supervision/_unread.html", {"number": unread_count(request.user)})})


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
def message_read(request: HttpRequest, pk: int) -> HttpResponse:
    """标为已读, without opening it."""
    found = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    read_message(message=found, by=request.user, now=clock.now())
    said, back = _("已标为已读。"), reverse("supervision:message_unread", args=[pk])
    if request.htmx:
        return _part(request, found, said=said, back=back)
    offer_undo(request, said, back)
    return redirect("supervision:inbox")


@require_POST
def message_unread(request: HttpRequest, pk: int) -> HttpResponse:
    """标为未读: the inverse."""
    found = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    unread_message(message=found, by=request.user, now=clock.now())
    if request.htmx:
        return _part(request, found)
    messages.success(request, _("已标为未读。"))
    return redirect("supervision:inbox")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Everything in the inbox counts as read."""
    require(request.user.reads_tasks)
    moment = clock.now()
    count = read_all_messages(by=request.user, now=moment)
    said = ngettext("已将 %(count)d 条消息标为已读。", "已将 %(count)d 条消息标为已读。", count) % {"count": count}
    back, fields = reverse("supervision:unread_all"), {"at": moment.isoformat()}
    if request.htmx:
        return _panel(request, said=said, back=back, fields=fields)
    offer_undo(request, said, back, fields)
    return redirect("supervision:inbox")


@require_POST
def unread_all(request: HttpRequest) -> HttpResponse:
    """What was marked all at once is unread again."""
    require(request.user.reads_tasks)
    count = unread_messages(read_at=_read_moment(request.POST.get("at", "")), by=request.user, now=clock.now())
    if request.htmx:
        return _panel(request)
    said = ngettext("已将 %(count)d 条消息恢复为未读。", "已将 %(count)d 条消息恢复为未读。", count)
    messages.success(request, said % {"count": count})
    return redirect("supervision:inbox")


def _read_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        found = moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise InvalidError({"at": [_("请从消息页撤销。")]})
    return found


def _part(request: HttpRequest, found: Message, **done: str) -> HttpResponse:
    """The panel, or the row of the inbox, as they now are."""
    if "panel" in request.POST:
        return _panel(request, **done)
    row = message_rows(Message.objects.visible_to(request.user).filter(pk=found.pk))[0]
    return render(request, "supervision/_message.html", {"row": row, "unread": unread_count(request.user)})


def _panel(request: HttpRequest, **done: object) -> HttpResponse:
    context = {"groups": recent_unread(request.user), "unread": unread_count(request.user), "done": done}
    return render(request, "supervision/_recent.html", context)
