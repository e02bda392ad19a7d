"""Who does what on which day of the simulated year: by chance, but with a seed, and always through the actions."""

import random
from collections import defaultdict
from contextlib import suppress
from datetime import datetime, time, timedelta

from django.conf import settings

from agencies.models import Agency, Leave, User
from agencies.roles import Role
from ledger.actors import SystemActor
from progress.actions import (
    accept_closing,
    answer_ask,
    approve_report,
    check_closing,
    draft_report,
    return_closing,
    return_report,
    save_report,
    send_closing,
    submit_report,
)
from progress.models import Period, Report
from supervision.actions import (
    answer_notice,
    confirm_notice,
    decline_notice,
    issue_bulletin,
    issue_notice,
)
from supervision.actions.bulletins import BulletinEmptyError
from supervision.models import Bulletin, Notice
from tasks.actions import (
    ExtensionInput,
    change_status,
    draft_extension,
    grant_exemption,
    grant_extension,
    refuse_extension,
    send_extension,
    set_deadline,
)
from tasks.actions.loading import load_plan, read_fixtures
from tasks.models import Assignment, Task
from tests import closings
from tests.factories import SHANGHAI, UserFactory, report_content
from tests.simulation.journal import Duty, Journal

LOADER = SystemActor("模拟")
DAY = timedelta(days=1)


class Story:
    """The world, the people and their doings; `journal` is what the reference may know."""

    def __init__(self, days, first_day, seed):
        self.days, self.random, self.journal = days, random.Random(seed), Journal()
        self.first_day = first_day
        self.plans = {}  # (task, period) → the day on which the unit means to report
        self.later = defaultdict(list)  # day → what has been put off to it
        self.done = defaultdict(int)
        self._build()

    # -- the world

    def _build(self):
        load_plan(fixtures=read_fixtures(settings.BASE_DIR / "fixtures"), by=LOADER, now=self.at(self.first_day, 8))
        office = Agency.objects.get(kind="office")
        self.supervisor, self.second = (UserFactory(agency=office, role=Role.SUPERVISOR) for _ in range(2))
        self.director = UserFactory(agency=office, role=Role.DIRECTOR)
        links = Assignment.objects.filter(task__plan__is_current=True)
        leads = sorted(set(links.filter(role="lead").values_list("agency", flat=True)))
        others = sorted(set(links.values_list("agency", flat=True)) - set(leads))
        for place, code in enumerate(leads):
            agency = Agency.objects.get(pk=code)
            UserFactory(agency=agency, role=Role.APPROVER, is_head=place % 3 == 0)
            UserFactory(agency=agency, role=Role.REPORTER, email="" if place % 5 == 0 else f"r{place}@example.test")
            UserFactory(agency=agency, role=Role.REPORTER)
        for code in others[::3]:
            UserFactory(agency=Agency.objects.get(pk=code), role=Role.REPORTER)
        for task in Task.objects.current().with_lead().order_by("number"):
            self.journal.duties[task.number] = Duty(task.pk, task.number, task.lead_code, ())
        self.read_units()
        self.starts = {number: self._in(5, 75) for number in self.journal.duties}
        self.standing = set(self.random.sample(sorted(self.journal.duties), 3))
        self.read_people()

    def read_people(self):
        """Who serves where today; a person's unit and role are facts like any other."""
        journal = self.journal
        journal.people, journal.heads = defaultdict(list), defaultdict(list)
        serving = User.objects.filter(is_active=True).order_by("pk")
        for pk, unit, role, is_head in serving.values_list("pk", "agency", "role", "is_head"):
            journal.people[unit, role].append(pk)
            if is_head:
                journal.heads[unit].append(pk)
        office = Agency.objects.get(kind="office").pk
        journal.supervisors, journal.directors = (
            journal.people[office, "supervisor"],
            journal.people[office, "director"],
        )
        journal.with_address = set(serving.exclude(email="").values_list("pk", flat=True))
        journal.members = list(Agency.objects.in_plan().filter(dissolved_on=None).values_list("pk", flat=True))

    def read_units(self):
        for duty in self.journal.duties.values():
            links = Assignment.objects.filter(task=duty.pk).order_by("order").values_list("agency", flat=True)
            duty.lead, *rest = links
            duty.supporting = tuple(rest)

    def _in(self, least, most):
        return self.first_day + timedelta(days=self.random.randint(least, most))

    def at(self, day, hour, minute=40):
        return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI)

    def chance(self, share):
        return self.random.random() < share

    # -- one day

    def live(self, day, *, hears_notices):
        """What people do between two ticks of a working day."""
        now = self.at(day, 9)
        if hears_notices:
            self._notices(day, now)
        for act in self.later.pop(day, ()):
            act(now)
        for duty in self.journal.duties.values():
            self._work_on(duty, day, now)
        self._be_away(day, now)

    def _put_off(self, day, least, most, act):
        """`act` comes so many working days later."""
        self.later[self.days.later(day, self.random.randint(least, most))].append(act)

    def _work_on(self, duty, day, now):
        if duty.status == "planned" and day >= self.starts[duty.number]:
            self._issue(duty, day, now)
        elif duty.status == "issued" and self.chance(0.6):
            self._receive(duty, day, now)
        elif duty.status in {"ongoing", "standing"}:
            self._report(duty, day, now)
            if duty.status == "ongoing":
                self._steer(duty, day, now)

    def _issue(self, duty, day, now):
        due = day + timedelta(days=self.random.randint(60, 320))
        set_deadline(task=self.task(duty), start_date=day, due_date=due, basis="office", by=self.supervisor, now=now)
        change_status(task=self.task(duty), verb="issue", by=self.director, now=now)
        duty.status, duty.start, duty.due, duty.issued_on = "issued", day, due, day

    def _receive(self, duty, day, now):
        change_status(task=self.task(duty), verb="receive", by=self.reporter(duty), now=now)
        duty.status, duty.received_on = "ongoing", day

    # -- reports

    def _report(self, duty, day, now):
        periods = Period.objects.filter(starts_on__lte=day, locks_on__gte=day)
        for period in periods.order_by("ends_on", "code"):
            if period.code in duty.received or not self._wants_to_report(duty, period):
                continue
            if day >= self._day_of_report(duty, period) and not Report.objects.filter(task=duty.pk, period=period):
                self._send_report(duty, period, day, now)

    def _wants_to_report(self, duty, period):
        if "H" in period.code:
            return duty.status == "standing"
        return duty.status == "ongoing" and ("Q" in period.code or self._is_behind(duty, period))

    def _is_behind(self, duty, period):
        return self.task(duty).light(on=period.starts_on).colour in {"yellow", "red"}

    def _day_of_report(self, duty, period):
        key = duty.number, period.code
        if key not in self.plans:
            offset = self.random.choices((-4, -2, -1, 0, 2, 5, 8, 90), (10, 20, 20, 15, 12, 8, 5, 10))[0]
            limit = period.reports_due_on
            self.plans[key] = self.days.later(limit, offset) if offset > 0 else self.days.earlier(limit, -offset)
        return self.plans[key]

    def _send_report(self, duty, period, day, now):
        asks = "请办公室协调用地指标。" if self.chance(0.12) else ""
        content = report_content(percent=self._percent(duty, day), ask=asks)
        report = draft_report(task=self.task(duty), period=period, content=content, by=self.reporter(duty), now=now)
        self._submit(duty, report, day, now)

    def _submit(self, duty, report, day, now):
        submit_report(report=report, by=self.approver(duty), now=now)
        duty.received.add(report.period_id)
        self.journal.waiting.append(("review", report.pk, duty, day, 3))
        if report.ask:
            duty.asking.add(report.period_id)
            self.journal.waiting.append(("ask", report.pk, duty, day, 3))
            self._put_off(day, 1, 6, lambda then: self._answer(duty, report.pk, then))
        self._put_off(day, 1, 5, lambda then: self._review(duty, report.pk, then))
        self.done["reports"] += 1

    def _percent(self, duty, day):
        """Somewhere near the plan, or well behind it; never less than was approved."""
        if duty.status == "standing":
            return duty.percent
        length = max((duty.due - duty.start).days, 1)
        planned = min(100 * (day - duty.start).days // length + self.random.choice((8, 3, 0, -5, -14, -36)), 100)
        if day > duty.due - timedelta(days=10) and self.chance(0.7):
            planned = 100
        return max(planned, duty.percent, 0)

    def _review(self, duty, pk, now):
        report = Report.objects.get(pk=pk)
        if report.status != "submitted":
            return
        self._no_longer_waits("review", pk)
        if self.chance(0.15):
            return_report(report=report, reason="请补充数据。", by=self.supervisor, now=now)
            duty.received.discard(report.period_id)
            if report.ask and report.answered_at is None:
                duty.asking.discard(report.period_id)
                self._no_longer_waits("ask", pk)
            self._put_off(now.date(), 1, 3, lambda then: self._correct(duty, pk, then))
            return
        approve_report(report=report, by=self.supervisor, now=now)
        if duty.status in {"ongoing", "standing"}:
            duty.percent = Task.objects.values_list("percent", flat=True).get(pk=duty.pk)

    def _correct(self, duty, pk, now):
        if duty.status not in {"ongoing", "standing"}:
            return
        report = Report.objects.with_lead().get(pk=pk)
        content = report_content(percent=max(report.percent, duty.percent))
        report = save_report(report=report, content=content, version=report.version, by=self.reporter(duty), now=now)
        self._submit(duty, report, now.date(), now)

    def _answer(self, duty, pk, now):
        report = Report.objects.get(pk=pk)
        if report.status not in {"submitted", "approved"} or report.answered_at or not report.ask:
            return
        answer_ask(report=report, text="已商自然资源部门安排。", by=self.supervisor, now=now)
        duty.asking.discard(report.period_id)
        duty.released_on = now.date()
        self._no_longer_waits("ask", pk)

    def _no_longer_waits(self, subject, pk):
        self.journal.waiting = [each for each in self.journal.waiting if each[:2] != (subject, pk)]

    # -- what else happens to a task under way

    def _steer(self, duty, day, now):
        if duty.percent == 100 and not duty.extension_open and self.chance(0.3):
            self._ask_closing(duty, day, now)
        elif self._may_ask_for_time(duty, day) and self.chance(0.06):
            self._ask_for_time(duty, day, now)
        elif duty.number in self.standing and day.month == 5:
            self._change(duty, "make_standing", "standing", now)
        elif self.chance(0.0008) and not duty.extension_open:
            self._change(duty, "suspend", "suspended", now)
            self._put_off(day, 10, 30, lambda then: self._resume(duty, then))
        elif self.chance(0.0003) and not duty.extension_open:
            self._change(duty, "stop", "stopped", now)
        elif self.chance(0.0012) and not duty.exempt:
            until = day + timedelta(days=self.random.randint(10, 40))
            grant_exemption(
                task=self.task(duty), reason="等待国家批复", basis="会议纪要〔2026〕3号", starts_on=day, ends_on=until,
                by=self.director, now=now,
            )  # fmt: skip
            duty.exempt = (day, until)
            self.done["exemptions"] += 1

    def _change(self, duty, verb, status, now):
        change_status(task=self.task(duty), verb=verb, text="会议纪要〔2026〕2号", by=self.director, now=now)
        duty.status = status
        self.done[verb] += 1

    def _resume(self, duty, now):
        if duty.status == "suspended":
            self._change(duty, "resume", "ongoing", now)

    def _may_ask_for_time(self, duty, day):
        left = (duty.due - day).days
        return 0 <= left <= 25 and not duty.extension_open and duty.percent < 100 and self.done["ext", duty.pk] < 2

    def _ask_for_time(self, duty, day, now):
        wanted = duty.due + timedelta(days=self.random.choice((5, 7, 20, 60)))
        entered = ExtensionInput(wanted_date=wanted, percent=duty.percent, reason="设备到货推迟。")
        extension = draft_extension(task=self.task(duty), entered=entered, by=self.reporter(duty), now=now)
        extension = send_extension(extension=extension, by=self.approver(duty), now=now)
        duty.extension_open = True
        self.journal.waiting.append(("extension", extension.pk, duty, day, 3))
        self._put_off(day, 1, 6, lambda then: self._decide(duty, extension, wanted, then))
        self.done["extensions"] += 1

    def _decide(self, duty, extension, wanted, now):
        if not duty.extension_open:
            return
        duty.extension_open = False
        self._no_longer_waits("extension", extension.pk)
        if self.chance(0.65):
            grant_extension(extension=extension, granted_date=wanted, by=self.director, now=now)
            duty.due = wanted
            self.done["ext", duty.pk] += 1
        else:
            refuse_extension(extension=extension, reason="理由不充分。", by=self.director, now=now)
            duty.released_on = now.date()

    def _ask_closing(self, duty, day, now):
        closing = closings.draft(self.task(duty), reporter=self.reporter(duty), now=now)
        closing = send_closing(closing=closings.hear_all(closing, now=now), by=self.approver(duty), now=now)
        duty.status, duty.closing_asked = "closing", True
        self.journal.waiting.append(("closing", closing.pk, duty, day, 3))
        self._put_off(day, 1, 2, lambda then: self._check(duty, closing, then))

    def _check(self, duty, closing, now):
        closing = check_closing(closing=closing, by=self.second, now=now)
        self._put_off(now.date(), 1, 2, lambda then: self._end(duty, closing, then))

    def _end(self, duty, closing, now):
        duty.closing_asked = False
        self._no_longer_waits("closing", closing.pk)
        if self.chance(0.8):
            accept_closing(closing=closing, by=self.director, now=now)
            duty.status = "closed"
            self.done["closed"] += 1
            self._put_off(now.date(), 5, 9, lambda then: self._change(duty, "sign_off", "signed_off", then))
        else:
            return_closing(closing=closing, reason="请补充验收材料。", by=self.second, now=now)
            duty.status, duty.released_on = "ongoing", now.date()

    # -- notices and bulletins

    def _notices(self, day, now):
        known = {each.pk: each for each in self.journal.urgings if each.pk}
        for notice in Notice.objects.filter(status="draft").order_by("pk"):
            if notice.pk in known and self.chance(0.55):
                self._issue_notice(notice, known[notice.pk], day, now)
            elif notice.pk in known and self.chance(0.08):
                decline_notice(notice=notice, reason="已当面沟通。", by=self.director, now=now)
                known[notice.pk].declined = True
                self.done["declined"] += 1
        for notice in Notice.objects.filter(status="issued").order_by("pk"):
            if self.chance(0.1):
                by = self.approver(known[notice.pk].duty)
                answer_notice(notice=notice, text="本周内办结。", by=by, now=now)
                known[notice.pk].answered = True
                self.done["answered"] += 1
        for bulletin in Bulletin.objects.filter(status="draft"):
            with suppress(BulletinEmptyError):
                issue_bulletin(bulletin=bulletin, note="请对照整改。", by=self.director, now=now)
                self.journal.bulletins.append((bulletin.pk, bulletin.on, day))
                self.done["bulletins"] += 1

    def _issue_notice(self, notice, urging, day, now):
        if notice.level == 2:
            confirm_notice(notice=notice, demand=notice.demand, by=self.second, now=now)
        else:
            limit = self.days.later(day, 5)
            issue_notice(notice=notice, demand=notice.demand, new_limit=limit, by=self.director, now=now)
        urging.issued_on = day
        self.done[f"level {notice.level}"] += 1

    def learn_notices(self):
        """The numbers of the rows that a sweep has drafted, for the notices that the reference has drafted too."""
        rows = {(row.clock, row.level, row.occurrence): row.pk for row in Notice.objects.all()}
        for each in self.journal.urgings:
            each.pk = rows.get((each.clock, each.level, each.occurrence))

    # -- people

    def _be_away(self, day, now):
        if not self.chance(0.25):
            return
        unit = self.random.choice(sorted({duty.lead for duty in self.journal.duties.values()}))
        reporters = self.journal.people[unit, "reporter"]
        away = [each for each in self.journal.away if each[3] >= day and {*each[:2]} & set(reporters)]
        if len(reporters) < 2 or away:
            return
        last = day + timedelta(days=self.random.randint(3, 12))
        Leave.objects.create(
            user_id=reporters[0], delegate_id=reporters[1], starts_on=day, ends_on=last, set_at=now,
            set_by_id=reporters[0],
        )  # fmt: skip
        self.journal.away.append((reporters[0], reporters[1], day, last))

    def task(self, duty):
        return Task.objects.with_lead().select_related("plan").get(pk=duty.pk)

    def reporter(self, duty):
        return User.objects.get(pk=self.journal.people[duty.lead, "reporter"][0])

    def approver(self, duty):
        return User.objects.get(pk=self.journal.people[duty.lead, "approver"][0])
