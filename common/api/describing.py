"""Descriptions that the document adds by itself: fields by their names, values of query parameters, who may call."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from common.api.codes import MEANINGS, list_codes
from common.api.errors import MEDIA_TYPE
from common.api.fields import DESCENDING, FIELDS, PARAMETERS, VALUES
from common.api.refusals import ELSEWHERE
from common.texts import join_words

Schema = dict[str, Any]
VALUE = re.compile(r"^\* `(?P<value>[^`]+)` - (?P<label>.*)$", re.MULTILINE)


def describe_fields(schemas: Schema) -> None:
    """Each field that says nothing gets the words of its name."""
    for name, schema in schemas.items():
        for field, said in schema.get("properties", {}).items():
            known = FIELDS.get(f"{name}.{field}", FIELDS.get(field))
            if known and not said.get("description"):
                said["description"] = str(known)


def describe_lists(schemas: Schema) -> None:
    """A list of values without labels gets the words of its values."""
    for schema in schemas.values():
        if "enum" in schema:
            schema["description"] = VALUE.sub(_with_label, schema.get("description", ""))


def _with_label(found: re.Match[str]) -> str:
    value, label = found["value"], found["label"]
    return f"* `{value}` - {_label(value) if label == value else label}"


def undescribed(document: Schema) -> Iterator[str]:
    """Component.field of what still says nothing."""
    for name, schema in document["components"]["schemas"].items():
        for field, said in schema.get("properties", {}).items():
            if not said.get("description"):
                yield f"{name}.{field}"


def describe_codes(document: Schema) -> None:
    """The body of a refusal lists every code that the document knows, with what it means."""
    codes = {code for _status, code in ELSEWHERE}
    for answer in document["components"]["responses"].values():
        codes |= set(answer["content"][MEDIA_TYPE]["schema"]["allOf"][1]["properties"]["code"]["enum"])
    said = document["components"]["schemas"]["Problem"]["properties"]["code"]
    said["description"] = f"{said['description']}\n\n{list_codes(codes, MEANINGS)}"


def describe_parameter(parameter: Schema, schemas: Schema) -> None:
    """A parameter says what it is; one that takes values from a list, what each means, in the words of the field that
    holds them."""
    if not parameter.get("description") and parameter["name"] in PARAMETERS:
        parameter["description"] = str(PARAMETERS[parameter["name"]])
    schema = parameter.get("schema", {})
    values = schema.get("enum") or schema.get("items", {}).get("enum")
    text = parameter.get("description") or ""
    if values and not VALUE.search(text):
        labels = _labels_of(values, schemas)
        lines = "\n".join(f"* `{value}` - {labels.get(value) or _label(value)}" for value in values)
        parameter["description"] = f"{text}\n\n{lines}".strip()


def _labels_of(values: list[str], schemas: Schema) -> dict[str, str]:
    """The labels of the component that has exactly these values."""
    for schema in schemas.values():
        if set(schema.get("enum", ())) == set(values):
            return {found["value"]: found["label"] for found in VALUE.finditer(schema.get("description", ""))}
    return {}


def _label(value: str) -> str:
    known = str(VALUES.get(value.removeprefix("-"), value))
    return str(DESCENDING) % {"what": known} if value.startswith("-") else known


def describe_scopes(operation: Schema) -> None:
    """Who may call, in words too."""
    scopes = [scope for each in operation.get("security", ()) for scope in each.get("bearer", ())]
    if scopes:
        words = _("令牌需要其中一项权限：%(scopes)s。") % {"scopes": join_words(f"`{scope}`" for scope in scopes)}
        operation["description"] = "\n\n".join(filter(None, (operation.get("description"), words)))
