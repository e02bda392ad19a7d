"""What a page of help is made of; the numbers in its texts are those of the rules in force."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Question:
    """What people ask, and the answer."""

    question: Any
    answer: Any


@dataclass(frozen=True)
class Topic:
    """帮助的一个主题: what the page is for, who does what by when, and what people ask."""

    code: str
    title: Any
    paragraphs: tuple[Any, ...]
    questions: tuple[Question, ...] = ()
