"""启用准备: what a new installation still lacks."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import DomainError, require
from dashboard.permissions import can_see_start, can_see_styleguide, can_test_mail
from dashboard.readers.start import mail_sends, start_page
from supervision.actions import send_test_mail


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The checklist, for whoever sets the system up."""
    require(can_see_start(request.user))
    may = {"can_test_mail": can_test_mail(request.user), "can_see_styleguide": can_see_styleguide(request.user)}
    return render(request, "dashboard/start.html", {**start_page(request.user, on=clock.today()), **may})


@require_POST
def start_mail(request: HttpRequest) -> HttpResponse:
    """A letter to oneself; what the mail system said is shown."""
    require(can_test_mail(request.user))
    try:
        sent = send_test_mail(by=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("dashboard:start")
    words = {"address": sent.address, "error": sent.error}
    if sent.error:
        messages.error(request, _("没有发出：%(error)s。请运维人员核对 EMAIL_URL。") % words)
    elif mail_sends():
        messages.success(request, _("测试邮件已交给邮件服务器，收件人 %(address)s。请查看是否收到。") % words)
    else:
        text = _("测试邮件只存进了服务器的文件夹：还没有设置邮件服务器，收件人 %(address)s 收不到。")
        messages.warning(request, text % words)
    return redirect("dashboard:start")
