"""The ladder once more, slow and simple: day by day, clock by clock, from the journal alone.

Written from the product's rules and sharing no code with supervision/reminders. It does not ask what was stored or
sent; it remembers by itself whom it would have told what.
"""

from datetime import date, timedelta

from tests.simulation.journal import Urging

OPEN_DAYS, NEAR, APPROVERS_AT = 10, (7, 3, 1), 1
SUPERVISE_AFTER, CONFIRM_DAYS, BULLETIN_DAYS = 5, 2, 30
RUNNING, REPORTING = {"issued", "ongoing", "closing"}, {"ongoing", "standing"}


class Reference:
    """`told` are the (business key, person) that a tick in working hours should have put into an inbox, `mailed` those
    that should have gone by mail: from 催办 on at once, the rest in one digest a person and day.
    """

    def __init__(self, days, journal, colour_on):
        self.days, self.journal, self.colour_on = days, journal, colour_on
        self.told, self.mailed = {}, {}
        self.digests = set()  # (person, day)
        self.bulletins = {}  # day → what is named in it, frozen when it is issued

    def tick(self, moment):
        """What a sweep and a delivery at this moment should do."""
        today = moment.date()
        clocks = {clock["key"]: clock for clock in self._clocks(today)}
        self._end_notices(clocks)
        self._draft_notices(clocks, today)
        self._draft_bulletin(clocks, today)
        if self.in_working_hours(moment):
            self._send(list(self._sendings(clocks, today)), moment)

    def _send(self, sendings, moment):
        had_digest = {person for person, day in self.digests if day == moment.date()}
        for key, people in sendings:
            is_escalation = key.split(":")[-2] in {"2", "3", "4"}
            for person in people:
                self.told.setdefault((key, person), moment)
                if person in self.journal.with_address and (key, person) not in self.mailed:
                    if is_escalation:
                        self.mailed[key, person] = moment
                    elif person not in had_digest:
                        self.mailed[key, person] = moment
                        self.digests.add((person, moment.date()))

    def in_working_hours(self, moment):
        return self.days.works(moment.date()) and 8 * 60 + 30 <= moment.hour * 60 + moment.minute < 18 * 60

    # -- which limits run

    def _clocks(self, today):
        for duty in self.journal.duties.values():
            if duty.exempt and duty.exempt[0] <= today <= duty.exempt[1]:
                continue
            yield from self._receipt(duty)
            yield from self._deadline(duty)
            yield from self._reports(duty, today)

    def _receipt(self, duty):
        if duty.status == "issued":
            limit = self.days.later(duty.issued_on, 1)
            yield {"kind": "receipt", "key": f"task:{duty.pk}:receipt:{limit}", "limit": limit, "duty": duty}

    def _deadline(self, duty):
        if duty.status in RUNNING and duty.due:
            held = duty.extension_open or duty.asking or duty.closing_asked
            yield {
                "kind": "due", "key": f"task:{duty.pk}:due:{duty.due}", "limit": duty.due, "duty": duty,
                "opened": duty.start, "held": bool(held), "released": duty.released_on,
            }  # fmt: skip

    def _reports(self, duty, today):
        if duty.status not in REPORTING:
            return
        begun = max(day for day in (duty.start, duty.received_on) if day)
        for code, first, last in periods_around(today):
            limit = self.days.moved(last.replace(day=25))
            locks = self.days.moved((last + timedelta(days=1)).replace(day=10))
            if not first <= today <= locks or begun > min(last, limit) or code in duty.received:
                continue
            if self._owes(duty, code, first):
                yield {
                    "kind": "report", "key": f"task:{duty.pk}:report:{code}:{limit}", "limit": limit, "duty": duty,
                    "opened": max(first, begun), "held": False, "released": None,
                }  # fmt: skip

    def _owes(self, duty, code, first):
        if "H" in code:
            return duty.status == "standing"
        if duty.status == "standing":
            return False
        return "Q" in code or self.colour_on(duty, first) in {"yellow", "red"}

    # -- whom a clock tells what on a day

    def _sendings(self, clocks, today):
        for clock in clocks.values():
            if clock["kind"] == "receipt":
                yield from self._receipt_sending(clock, today)
            elif not clock["held"]:
                yield from self._ladder_sending(clock, today)
        yield from self._office_sendings(today)
        yield from self._bulletin_sendings(today)

    def _receipt_sending(self, clock, today):
        if self.days.later(clock["limit"], 1) <= today:
            lead = clock["duty"].lead
            people = self._reporters(lead, today) | self._of(lead, "approver", today)
            yield f"{clock['key']}:1:late", people

    def _ladder_sending(self, clock, today):
        lead = clock["duty"].lead
        if today <= clock["limit"]:
            yield from self._reminder(clock, today)
            return
        urge, supervision = self._latest(clock, 2), self._latest(clock, 3)
        if not urge or not urge.is_out:
            return
        approvers = self._of(lead, "approver", today)
        everybody = self._reporters(lead, today) | approvers | self._directors(today)
        if supervision and supervision.is_out:
            if not supervision.answered:
                yield f"{clock['key']}:3:{supervision.occurrence}", everybody | self._heads(lead, today)
            return
        if not urge.answered:
            yield f"{clock['key']}:2:{urge.occurrence}", everybody

    def _reminder(self, clock, today):
        """The latest of the reminders whose day has come; an earlier one that a later overtakes does not count."""
        lead, planned = clock["duty"].lead, []
        if clock["kind"] == "report":
            everybody = self._reporters(lead, today)
            for unit in clock["duty"].supporting:
                everybody = everybody | self._of(unit, "reporter", today)
            planned.append((clock["limit"] - timedelta(days=OPEN_DAYS), f"0:{OPEN_DAYS}", everybody))
        for count in NEAR:
            people = self._reporters(lead, today)
            if count <= APPROVERS_AT:
                people = people | self._of(lead, "approver", today)
            planned.append((self.days.earlier(clock["limit"], count), f"1:{count}", people))
        dated = [(max(day, clock["opened"]), name, people) for day, name, people in planned]
        standing = [
            each for place, each in enumerate(dated) if not any(later[0] <= each[0] for later in dated[place + 1 :])
        ]
        come = [each for each in standing if each[0] <= today and each[0] <= clock["limit"]]
        if come:
            _day, name, people = come[-1]
            yield f"{clock['key']}:{name}", people

    def _office_sendings(self, today):
        drafts = [each for each in self.journal.urgings if each.pk and not each.issued_on and not each.is_over]
        waiting = [("notice", each.pk, each.duty, each.drafted_on, CONFIRM_DAYS) for each in drafts]
        for subject, pk, duty, since, allowed in [*self.journal.waiting, *waiting]:
            limit = self.days.later(since, allowed)
            key = f"task:{duty.pk}:answer:{subject}:{pk}:{limit}:1"
            supervisors = self._stood_in(self.journal.supervisors, today)
            if self.days.later(limit, 1) <= today:
                yield f"{key}:late", supervisors | self._directors(today)
            elif max(since, self.days.earlier(limit, 1)) <= today <= limit:
                yield f"{key}:1", supervisors

    def _bulletin_sendings(self, today):
        for pk, day, issued_on in self.journal.bulletins:
            if today <= issued_on + timedelta(days=BULLETIN_DAYS):
                people = set()
                for unit in self.journal.members:
                    people |= self._of(unit, "approver", today) | self._heads_alone(unit, today)
                yield f"bulletin:{pk}:{day}:4:1", people

    # -- notices

    def _latest(self, clock, level):
        found = [each for each in self.journal.urgings if each.clock == clock["key"] and each.level == level]
        return found[-1] if found else None

    def _end_notices(self, clocks):
        """A notice whose clock does not run any more has no cause; nor has a draft while the office has to answer, or
        one of 督办 whose 催办 has been answered meanwhile.
        """
        for each in self.journal.urgings:
            clock = clocks.get(each.clock)
            if each.is_over:
                continue
            if clock is None or (each.issued_on is None and (clock["held"] or self._is_answered(each, clock))):
                each.ended = True

    def _is_answered(self, draft, clock):
        urge = self._latest(clock, 2)
        return draft.level == 3 and urge is not None and urge.answered

    def _draft_notices(self, clocks, today):
        for clock in clocks.values():
            if clock["kind"] == "receipt" or clock["held"] or today <= clock["limit"]:
                continue
            urge, supervision = self._latest(clock, 2), self._latest(clock, 3)
            if urge is None or (urge.ended and not urge.declined):
                self._draft(clock, 2, urge, self.days.later(self._counted(clock, clock["limit"]), 1), today)
            elif urge.is_out and not urge.answered and (supervision is None or supervision.ended):
                day = self.days.later(self._counted(clock, urge.issued_on), SUPERVISE_AFTER)
                self._draft(clock, 3, supervision, day, today)

    def _counted(self, clock, day):
        return max(day, clock["released"]) if clock["released"] else day

    def _draft(self, clock, level, before, day, today):
        if max(day, clock["opened"]) <= today:
            occurrence = before.occurrence + 1 if before else 1
            self.journal.urgings.append(Urging(clock["duty"], clock["key"], level, occurrence, today))

    def _draft_bulletin(self, clocks, today):
        day = self._bulletin_day(today)
        if day in self.bulletins:
            return
        named = [
            each.clock for each in self.journal.urgings
            if each.level == 3 and each.is_out and each.issued_on <= day
            and each.clock in clocks and not clocks[each.clock]["held"]
        ]  # fmt: skip
        if named:
            self.bulletins[day] = named

    def _bulletin_day(self, today):
        firsts = [date(year, month, 10) for year in (today.year - 1, today.year) for month in (1, 4, 7, 10)]
        return max(day for day in map(self.days.moved, firsts) if day <= today)

    # -- people

    def _of(self, unit, role, today):
        return self._stood_in(self.journal.people.get((unit, role), ()), today)

    def _reporters(self, unit, today):
        return self._of(unit, "reporter", today) or self._of(unit, "approver", today)

    def _heads_alone(self, unit, today):
        return self._stood_in(self.journal.heads.get(unit, ()), today)

    def _heads(self, unit, today):
        return self._heads_alone(unit, today) or self._of(unit, "approver", today)

    def _directors(self, today):
        return self._stood_in(self.journal.directors, today)

    def _stood_in(self, people, today):
        stand_in = {user: delegate for user, delegate, first, last in self.journal.away if first <= today <= last}
        return {stand_in.get(person, person) for person in people}


def periods_around(today):
    """(code, first day, last day) of the months, quarters and halves of this and last year; no month ends a quarter."""
    for year in (today.year - 1, today.year):
        for month in range(1, 13):
            if month % 3:
                yield f"{year}M{month:02d}", date(year, month, 1), _last(year, month)
        for quarter in range(1, 5):
            yield f"{year}Q{quarter}", date(year, quarter * 3 - 2, 1), _last(year, quarter * 3)
        for half in (1, 2):
            yield f"{year}H{half}", date(year, half * 6 - 5, 1), _last(year, half * 6)


def _last(year, month):
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
