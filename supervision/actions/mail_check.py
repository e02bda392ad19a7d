"""A letter to oneself, to see whether mail arrives."""

from dataclasses import dataclass
from datetime import datetime

from django.core.mail import EmailMessage
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, NotAllowedError
from supervision.actions.outcomes import told


class NoAddressError(DomainError):
    """本人没有登记电子邮箱."""

    code = "no_address"


@dataclass(frozen=True)
class MailCheck:
    """Where it went, or what the mail system said against it."""

    address: str
    error: str = ""


def send_test_mail(*, by: User, now: datetime) -> MailCheck:
    """A letter has been handed to the mail system for the administrator's own address, outside any transaction.

    Raises NotAllowedError, and NoAddressError when the account has none.
    """
    if not by.manages_people:
        raise NotAllowedError
    if not by.email:
        raise NoAddressError(_("您的账号没有登记电子邮箱，请先在人员页面补填。"))
    moment = f"{localtime(now):%Y-%m-%d %H:%M}"
    letter = EmailMessage(
        subject=_("任务督办系统测试邮件"),
        body=_("这是 %(moment)s 在“启用准备”页面上发出的测试邮件。收到即说明邮件设置可用。") % {"moment": moment},
        to=[by.email],
    )
    try:
        letter.send()
    except (OSError, ValueError) as error:
        return MailCheck(by.email, told(error))
    return MailCheck(by.email)
