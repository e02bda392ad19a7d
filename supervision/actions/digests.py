"""每日汇总: what is open or near goes to a person in one mail a day, formed when it is due.

What arises later on the same day waits for the next working day's digest. A digest that was tried keeps its parts,
because the mail system may have taken it: another try is the same mail under the same Message-ID.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from agencies.models import User
from common.workdays import WorkCalendar
from supervision.actions.claims import Claim, check_again
from supervision.actions.mail import Letter, MailResult, items_of, send_letters
from supervision.actions.outcomes import LEASE, UNREACHABLE_PAUSE
from supervision.models import Channel, Delivery, Digest
from supervision.models.delivery import PENDING
from supervision.notifications import digest_mail


def form_digests(*, now: datetime, calendar: WorkCalendar, limit: int) -> int:
    """The due parts of some people stand in their digests of today, or wait for a later one; returns how many parts."""
    return _form(now=now, calendar=calendar, limit=limit)


@transaction.atomic
def _form(*, now: datetime, calendar: WorkCalendar, limit: int) -> int:
    """A person is locked meanwhile, so that two who form at once do not part what belongs together."""
    due = Delivery.objects.claimable(now=now).filter(channel=Channel.MAIL, digest=None).for_digests()
    waiting = due.order_by("recipient_id").values_list("recipient", flat=True).distinct()[:limit]
    locked = User.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    people = [person.pk for person in locked.filter(pk__in=list(waiting)).order_by("pk")]
    if not people:
        return 0
    known = _known_digests(people, now=now)
    parts: dict[int, list[int]] = defaultdict(list)
    for pk, person in due.filter(recipient__in=people).order_by("pk").values_list("pk", "recipient"):
        parts[person].append(pk)
    plan = _Forming(now, calendar)
    for person, pks in parts.items():
        plan.add(person, pks, known[person])
    plan.store()
    return sum(map(len, parts.values()))


def _known_digests(people: list[int], *, now: datetime) -> dict[int, list[Digest]]:
    """The digests that decide about today: today's, those done today, and earlier ones that are still open."""
    midnight = datetime.combine(now.date(), time.min, tzinfo=now.tzinfo)
    rows = Digest.objects.filter(recipient__in=people)
    rows = rows.filter(Q(on=now.date()) | Q(done_at__gte=midnight) | Q(pk__in=Digest.objects.pending()))
    known: dict[int, list[Digest]] = defaultdict(list)
    for digest in rows.order_by("pk").select_for_update(no_key=True, of=("self",)):
        known[digest.recipient_id].append(digest)
    return known


@dataclass
class _Forming:
    """Which parts go where, gathered for a handful of statements whatever the number of people."""

    now: datetime
    calendar: WorkCalendar
    people: list[int] = field(default_factory=list)
    today: list[int] = field(default_factory=list)
    tomorrow: list[int] = field(default_factory=list)
    soon: list[int] = field(default_factory=list)
    disbanded: list[int] = field(default_factory=list)
    reopened: list[int] = field(default_factory=list)

    def add(self, person: int, pks: list[int], known: list[Digest]) -> None:
        """Today's digest, unless the person has had one today, or an earlier one may be on its way."""
        earlier = [each for each in known if each.on < self.now.date() and each.is_pending]
        if any(each.was_tried for each in earlier):
            self.soon += pks
        elif any(each.done_at or each.was_tried for each in known if each not in earlier):
            self.tomorrow += pks
        else:
            self.disbanded += [each.pk for each in earlier]
            self.reopened += [each.pk for each in known if each not in earlier and each.suppressed_at]
            self.people.append(person)
            self.today += pks

    def store(self) -> None:
        on = self.now.date()
        new = (Digest(recipient_id=each, on=on, due_at=self.now, created_at=self.now) for each in self.people)
        Digest.objects.bulk_create(new, ignore_conflicts=True)  # today's may stand there, not yet tried
        Digest.objects.filter(pk__in=self.reopened).update(suppressed_at=None, due_at=self.now)
        todays = Digest.objects.filter(recipient=OuterRef("recipient"), on=on).values("pk")[:1]
        moved = Q(digest__in=self.disbanded) & PENDING
        Delivery.objects.filter(Q(pk__in=self.today) | moved).update(digest=Subquery(todays))
        Digest.objects.filter(pk__in=self.disbanded).update(suppressed_at=self.now)
        next_day = datetime.combine(on + timedelta(days=1), time.min, tzinfo=self.now.tzinfo)
        _wait(self.tomorrow, self.calendar.next_working_moment(next_day))
        _wait(self.soon, self.calendar.next_working_moment(self.now + UNREACHABLE_PAUSE))


def _wait(pks: list[int], until: datetime) -> None:
    Delivery.objects.filter(pk__in=pks).update(due_at=until)


def send_digests(*, now: datetime, calendar: WorkCalendar, limit: int) -> MailResult:
    """Some due digests have been handed to the mail system; one of which nothing is left is not sent."""
    digests, claimed = _lease(now=now, calendar=calendar, limit=limit)
    items = defaultdict(list)
    for item in items_of(claimed.wanted, now=now, calendar=calendar):
        items[item.delivery.digest_id].append(item)
    letters = [Letter(digest, digest_mail(digest, items[digest.pk])) for digest in digests]
    return replace(send_letters(letters, now=now, calendar=calendar), suppressed=claimed.suppressed)


@transaction.atomic
def _lease(*, now: datetime, calendar: WorkCalendar, limit: int) -> tuple[list[Digest], Claim]:
    """Lock some digests, then their parts, and check each part again: the digests that still have any, and those."""
    due = Digest.objects.claimable(now=now).order_by(F("lease_until").asc(nulls_first=True), "due_at", "pk")
    due = due.select_related("recipient").select_for_update(no_key=True, skip_locked=True, of=("self",))
    digests = {digest.pk: digest for digest in due[:limit]}
    if not digests:
        return [], Claim()
    parts = Delivery.objects.pending().filter(digest__in=digests).order_by("pk")
    parts = parts.select_related("recipient", "endpoint", "notice", "bulletin")
    locked = list(parts.select_for_update(no_key=True, of=("self",)))
    claimed = check_again(locked, now=now, calendar=calendar)
    standing = {row.digest_id for row, _planned in claimed.wanted if row.digest_id}
    Digest.objects.filter(pk__in=digests.keys() - standing).update(suppressed_at=now)
    Digest.objects.filter(pk__in=standing).update(lease_until=now + LEASE)
    return [digest for pk, digest in digests.items() if pk in standing], claimed
