"""帮助: which topic belongs to which page, and its words with the numbers of the rules in force."""

from typing import Any

from agencies.models import User
from agencies.roles import Role
from dashboard.readers.help.first_steps import FIRST_STEPS
from dashboard.readers.help.office import OFFICE
from dashboard.readers.help.upkeep import UPKEEP
from dashboard.readers.help.views import TOPIC_OF
from dashboard.readers.help.words import Topic
from dashboard.readers.help.work import WORK
from supervision.rulebook import ITEMS, POLICIES, shown
from tasks.models import PolicyVersion

Row = dict[str, Any]
TOPICS: dict[str, Topic] = {topic.code: topic for topic in (*WORK, *OFFICE, *UPKEEP)}
PLACE = "%("


def help_topic(view_name: str) -> str:
    """The topic of the page that a view makes; empty for all topics. No query."""
    return TOPIC_OF.get(view_name, "")


def help_page(topic: Topic) -> Row:
    """The topic's words (one query when it quotes a rule, else none)."""
    texts = [str(text) for text in (*topic.paragraphs, *(each.answer for each in topic.questions))]
    rules = rule_values() if any(PLACE in text for text in texts) else {}
    return {
        "topic": topic,
        "paragraphs": [_filled(text, rules) for text in topic.paragraphs],
        "questions": [{"question": each.question, "answer": _filled(each.answer, rules)} for each in topic.questions],
    }


def help_index(user: User) -> Row:
    """Every topic, and what each role does first, one's own role before the others (one query)."""
    rules = rule_values()
    roles = sorted(FIRST_STEPS, key=lambda role: role != user.role)
    steps = [
        {
            "role": Role(role).label,
            "is_own": role == user.role,
            "steps": [_filled(step, rules) for step in FIRST_STEPS[role]],
        }
        for role in roles
    ]
    return {"topics": list(TOPICS.values()), "roles": steps}


def rule_values() -> dict[str, str]:
    """Each number of the rules in force by its name, as people read it (one query)."""
    found: dict[str, str] = {}
    for kind, cls in POLICIES.items():
        policy = PolicyVersion.objects.value(cls, kind)
        found |= {item.name: shown(getattr(policy, item.name)) for item in ITEMS[kind]}
    return found


def _filled(text: Any, rules: dict[str, str]) -> str:
    words = str(text)
    return words % rules if PLACE in words else words
