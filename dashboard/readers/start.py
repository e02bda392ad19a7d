"""启用准备: what a new installation still lacks, told from the data each time; nothing is ticked by hand or stored."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from agencies.models.agency import Kind
from agencies.roles import Role
from common.texts import join_words
from tasks.models import Assignment, Plan, PolicyVersion, Task
from tasks.readers.calendar import years_missing, years_needed
from tasks.status import RUNNING, Status

Row = dict[str, Any]
DONE, ATTENTION, OPEN = "done", "attention", "open"
NAMED = 4  # so many units are named, the rest counted
COMPLETE, ASKED_AGAIN = "start_is_complete", 600  # what is complete stays so for a while, in seconds
SENDING = "django.core.mail.backends.smtp.EmailBackend"


def start_page(user: User, *, on: date) -> Row:
    """Every step with its state, how many are done, and what no data can tell (at most twelve queries)."""
    steps = start_steps(user, on=on)
    done = sum(step["state"] == DONE for step in steps)
    confirmed = PolicyVersion.objects.visible_to(user).exists()
    return {"steps": steps, "done": done, "all": len(steps), "rules_changed": confirmed, "mail_sends": mail_sends()}


def start_hint(user: User, *, on: date) -> Row | None:
    """For the top of the administrator's work: how far the setting-up is, what comes next; None when all is done."""
    if not user.manages_people or caches["local"].get(COMPLETE):
        return None
    steps = start_steps(user, on=on)
    left = [step for step in steps if step["state"] != DONE]
    if not left:
        caches["local"].set(COMPLETE, len(steps), ASKED_AGAIN)
        return None
    return {"done": len(steps) - len(left), "all": len(steps), "next": left[0]}


def start_steps(user: User, *, on: date) -> list[Row]:
    """In the order in which they are best taken."""
    plan = Plan.objects.filter(is_current=True).annotate(count=Count("tasks")).first()
    staff = _staff()
    return [
        _plan_step(plan),
        _units_step(),
        _staff_step(staff),
        _office_step(staff),
        _mail_addresses_step(),
        _calendar_step(on),
        _mail_step(),
        _deadlines_step(user),
        _demo_step(),
    ]


def _step(code: str, state: str, title: str, now: str, **more: str) -> Row:
    return {"code": code, "state": state, "title": title, "now": now, "url": "", "label": "", **more}


def _plan_step(plan: Any) -> Row:
    if plan is None:
        return _step(
            "plan", OPEN, _("载入方案"), _("还没有载入方案，没有任务可以督办。"), who=_("运维人员"),
            why=_("任务、板块和责任单位都来自方案。在服务器上执行 python -m gxftz.prepare。"),
        )  # fmt: skip
    return _step(
        "plan", DONE, _("载入方案"), _("现行方案有 %(count)d 项任务。") % {"count": plan.count}, who=_("运维人员"),
        why=_("任务、板块和责任单位都来自方案。"), url=reverse("tasks:plan"), label=_("看方案"),
    )  # fmt: skip


def _units_step() -> Row:
    """A unit of the plan that is dissolved and still leads means that its duties have to move."""
    leading = Assignment.objects.filter(task__plan__is_current=True, agency__dissolved_on__isnull=False)
    gone = sorted(set(leading.values_list(f"agency__{_name_field()}", flat=True)))
    count = Agency.objects.exclude(kind=Kind.OPEN_SET).filter(dissolved_on=None).count()
    now = _("有 %(count)d 个单位。") % {"count": count}
    if gone:
        now = _("已撤销的单位仍担着任务：%(units)s。") % {"units": _named(gone)}
    state = ATTENTION if gone else DONE if count else OPEN
    return _step(
        "units", state, _("核对单位"), now, who=_("管理员"),
        why=_("单位改名、合并、分设后，职责要跟着走，通知才送得到。"),
        url=reverse("agencies:list"), label=_("看各单位"),
    )  # fmt: skip


def _staff() -> dict[str, set[str]]:
    """Which roles each unit has somebody serving in."""
    found: dict[str, set[str]] = {}
    for agency, role in User.objects.serving().exclude(agency=None).values_list("agency", "role"):
        found.setdefault(agency, set()).add(role)
    return found


def _staff_step(staff: dict[str, set[str]]) -> Row:
    leading = Agency.objects.filter(assignments__role="lead", assignments__task__plan__is_current=True)
    units = list(leading.order_by("order").distinct().values_list("code", _name_field()))
    lacking = [name for code, name in units if not {Role.REPORTER, Role.APPROVER} <= staff.get(code, set())]
    if lacking:
        now = _("缺填报员或审签人的牵头单位：%(units)s。") % {"units": _named(lacking)}
    else:
        now = _("%(count)d 个牵头单位都有填报员和审签人。") % {"count": len(units)}
    state = OPEN if len(lacking) == len(units) else ATTENTION if lacking else DONE
    return _step(
        "staff", state, _("牵头单位的人员"), now, who=_("管理员"),
        why=_("填报和审签须由两个人办理，缺一个就报不出来。"), url=reverse("agencies:people"), label=_("看人员"),
    )  # fmt: skip


def _office_step(staff: dict[str, set[str]]) -> Row:
    offices = Agency.objects.filter(kind=Kind.OFFICE).values_list("code", flat=True)
    present = set().union(*(staff.get(code, set()) for code in offices))
    missing = [role for role in (Role.SUPERVISOR, Role.DIRECTOR) if role not in present]
    if missing:
        now = _("办公室还缺：%(roles)s。") % {"roles": join_words(role.label for role in missing)}
    else:
        now = _("督办员和办公室负责人都有。")
    state = DONE if not missing else OPEN if len(missing) > 1 else ATTENTION
    return _step(
        "office", state, _("办公室的人员"), now, who=_("管理员"),
        why=_("审核、督办由督办员办理，下达、销号由办公室负责人办理。"),
        url=reverse("agencies:people"), label=_("看人员"),
    )  # fmt: skip


def _mail_addresses_step() -> Row:
    counts = User.objects.people().serving().aggregate(all=Count("pk"), lacking=Count("pk", filter=Q(email="")))
    state = DONE if not counts["lacking"] else OPEN if counts["lacking"] == counts["all"] else ATTENTION
    now = _("在用账号 %(all)d 个，其中 %(lacking)d 个没有电子邮箱。") % counts
    return _step(
        "addresses", state, _("登记电子邮箱"), now, who=_("管理员"),
        why=_("没有电子邮箱的人只能在系统内收到提醒，也不能自己找回密码。"),
        url=reverse("agencies:people"), label=_("看人员"),
    )  # fmt: skip


def _calendar_step(on: date) -> Row:
    needed, missing = years_needed(on), years_missing(on)
    now = _("%(years)s年的节假日安排已录入。") % {"years": join_words(needed)}
    if missing:
        now = _("还没有录入：%(years)s年。") % {"years": join_words(missing)}
    state = DONE if not missing else OPEN if on.year in missing else ATTENTION
    address = f"{reverse('tasks:calendar')}?year={missing[0] if missing else on.year}"
    return _step(
        "calendar", state, _("录入节假日"), now, who=_("管理员或办公室"),
        why=_("时限、亮灯和提醒都按工作日计算；没有录入的年份按周一至周五算。"), url=address, label=_("看日历"),
    )  # fmt: skip


def mail_sends() -> bool:
    """Whether mails go to a mail server, not into a folder or nowhere."""
    return settings.EMAIL_BACKEND == SENDING


def _mail_step() -> Row:
    now = _("邮件经 %(host)s 发出。") % {"host": settings.EMAIL_HOST}
    if not mail_sends():
        now = _("还没有设置邮件服务器（EMAIL_URL），邮件只存在服务器的文件夹里。")
    return _step(
        "mail", DONE if mail_sends() else OPEN, _("设置邮件"), now, who=_("运维人员"),
        why=_("每日汇总、催办单和督办通知单都靠邮件送到人。设置好后请发一封测试邮件。"),
    )  # fmt: skip


def _deadlines_step(user: User) -> Row:
    open_ones = Task.objects.visible_to(user).current().filter(status__in={Status.PLANNED, *RUNNING})
    counts = open_ones.aggregate(all=Count("pk"), lacking=Count("pk", filter=Q(due_date=None)))
    state = DONE if not counts["lacking"] else OPEN if counts["lacking"] == counts["all"] else ATTENTION
    now = _("在办和待立项的任务 %(all)d 项，其中 %(lacking)d 项没有时限。") % counts
    return _step(
        "deadlines", state, _("确定时限"), now, who=_("办公室"),
        why=_("方案没有规定时限；定了时限才能下达、评灯和提醒。"), url=reverse("tasks:list"), label=_("看台账"),
    )  # fmt: skip


def _demo_step() -> Row:
    has_demo = User.objects.filter(is_demo=True).exists() or Task.objects.filter(is_demo=True).exists()
    now = _("系统里有演示数据和演示账号。") if has_demo else _("没有演示数据。")
    return _step(
        "demo", ATTENTION if has_demo else DONE, _("不带演示数据"), now, who=_("运维人员"),
        why=_("演示数据不是真实情况。正式使用请另设数据目录，以 DEMO=0 启动，从空的系统开始。"),
    )  # fmt: skip


def _name_field() -> str:
    return "name_en" if get_language() == "en" else "short_name"


def _named(names: Iterable[str]) -> str:
    """A few by name, the others by number."""
    names = list(names)
    words = join_words(names[:NAMED])
    return _("%(units)s等 %(count)d 个") % {"units": words, "count": len(names)} if len(names) > NAMED else words
