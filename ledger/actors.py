"""Who an event names: a person, or the system itself when a job or a command acts."""

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """Anything that can stand behind an action."""

    @property
    def actor_id(self) -> str: ...

    @property
    def actor_name(self) -> str: ...

    @property
    def actor_agency(self) -> str: ...


@dataclass(frozen=True)
class SystemActor:
    """系统: acts for nobody in particular; `name` says through which door."""

    actor_name: str = "系统"
    actor_id: str = "system"
    actor_agency: str = ""


SYSTEM = SystemActor()
