"""What a line of the table says, and the groups of people that it names."""

from dataclasses import dataclass, field
from typing import Any

from tests.cast import PARTS

ANONYMOUS = "anonymous"
Group = frozenset[str]


def group(*parts: str) -> Group:
    return frozenset(parts)


# People of the cast. LEAD is the unit that leads every task of the scene but `other_task`, which is the outsider's.
EVERYBODY = frozenset(PARTS)
READERS = EVERYBODY - {"auditor"}  # whoever may read tasks
LEAD = group("lead_reporter", "lead_approver")
APPROVER = group("lead_approver")
CO_UNIT = group("co_reporter", "co_approver")
OUTSIDER = group("outsider")
SUPERVISOR = group("supervisor")
OFFICE = group("supervisor", "director")
DIRECTOR = group("director")
LEADER = group("leader")
ADMINISTRATOR = group("administrator")
ANYONE = EVERYBODY | {ANONYMOUS}

# Service accounts by what their tokens let through; `reading` and `changes` belong to no unit, `writing` to LEAD.
READING, WRITING, OTHER_WRITING = group("reading_client"), group("writing_client"), group("other_client")
CHANGES, SCOPELESS = group("changes_client"), group("scopeless_client")
CLIENTS = READING | WRITING | OTHER_WRITING | CHANGES | SCOPELESS
SCOPED: dict[str, Group] = {
    "read": READING | WRITING | OTHER_WRITING,
    "write": WRITING | OTHER_WRITING,
    "changes": CHANGES,
    "none": CLIENTS,
}

SAFE_METHODS = group("GET", "HEAD", "OPTIONS")
AS_IT_IS = object()  # in `data`: the version of the object as it stands


@dataclass(frozen=True, kw_only=True)
class Row:
    """One address and method, on one object of the scene.

    `may` are those who are answered with `status`. `seen` are those for whom the object exists: the others find nothing
    (404). Without `seen` there is nothing to find: who may not is refused (403). Who is not known is sent to the log-in
    (401 from the API). A token without the scope that the address asks for is refused before anything is looked for.
    Whoever may change something does change something; `changing` names those who do where that is not so.
    """

    view: str
    method: str
    may: Group
    on: str = ""
    seen: Group | None = None
    verb: str = ""
    status: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    scope: str = ""
    others: int = 403
    changing: Group | None = None

    @property
    def is_api(self) -> bool:
        return self.view.startswith("api:")

    @property
    def is_safe(self) -> bool:
        return self.method in SAFE_METHODS

    @property
    def success(self) -> int:
        """What those who may are answered with."""
        return self.status or (200 if self.is_safe or self.is_api else 302)

    @property
    def parts(self) -> list[str]:
        """Everybody who tries; a token opens no page, so one is enough there."""
        return [*PARTS, *sorted(CLIENTS if self.is_api else WRITING), ANONYMOUS]

    def expected(self, part: str) -> int:
        """What this person is answered with."""
        who = self._known(part)
        if who in self.may:
            return self.success
        if who == ANONYMOUS:
            return 401 if self.is_api else 302
        if who in CLIENTS and who not in SCOPED[self.scope or ("read" if self.is_safe else "write")]:
            return 403
        return 404 if self.seen is not None and who not in self.seen else self.others

    def changes(self, part: str) -> bool:
        """Whether something that the house keeps must be different after this person has tried."""
        if self.is_safe or self.success >= 400:
            return False
        return self._known(part) in (self.may if self.changing is None else self.changing)

    def _known(self, part: str) -> str:
        """A token opens no page: who has nothing else is nobody known there."""
        return ANONYMOUS if part in CLIENTS and not self.is_api else part

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.view, self.verb, self.on and f"on {self.on}")))


def get(view: str, may: Group | None = None, **more: Any) -> Row:
    """Reading: whoever sees an object may read it, unless `may` says otherwise."""
    return Row(view=view, method="GET", may=more["seen"] if may is None else may, **more)


def post(view: str, may: Group, data: dict[str, Any] | None = None, **more: Any) -> Row:
    return Row(view=view, method="POST", may=may, data=data or {}, **more)
