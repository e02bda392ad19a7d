"""Examples for the document: data in fixtures/api/, one for each component, put together where one holds another.

An entry is a component's example; what it leaves out and another component has is filled in from there. An operation
whose body or answer is something else has an entry under its own operationId: {"request": …, "answer": …}. With
"$like" an entry says only what is different from another.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
from django.conf import settings

from common.api.linking import JSON

Schema = dict[str, Any]
FOLDER = settings.BASE_DIR / "fixtures" / "api"


@cache
def entries() -> Schema:
    """Every entry, whichever file it stands in."""
    found: Schema = {}
    for path in sorted(FOLDER.glob("*.json")):
        found |= orjson.loads(path.read_bytes())
    return found


def _whole(entry: Any) -> Any:
    """The entry with what it is like."""
    if not (isinstance(entry, dict) and "$like" in entry):
        return entry
    own = {name: value for name, value in entry.items() if name != "$like"}
    return _whole(entries()[entry["$like"]]) | own


class Examples:
    """What the schemas of a document look like with real values."""

    def __init__(self, schemas: Schema):
        self.schemas = schemas

    def of(self, schema: Schema) -> Any:
        """An example, or None when there is none."""
        if "$ref" in schema:
            return self._component(schema["$ref"].rpartition("/")[2])
        if schema.get("type") == "array":
            inner = self.of(schema.get("items", {}))
            return None if inner is None else [inner]
        choices = schema.get("oneOf") or schema.get("allOf")
        return self.of(choices[0]) if choices else None

    def _component(self, name: str) -> Any:
        schema, entry = self.schemas[name], _whole(entries().get(name, {}))
        filled = {field: self.of(said) for field, said in schema.get("properties", {}).items() if field not in entry}
        made = {field: value for field, value in filled.items() if value is not None} | entry
        return made if made and set(schema.get("required", ())) <= set(made) else None


def add_examples(document: Schema) -> None:
    """Puts them at every JSON body and every JSON answer."""
    examples = Examples(document["components"]["schemas"])
    for operation_id, part, media in bodies(document):
        own = _whole(entries().get(operation_id, {}).get(part))
        found = examples.of(media["schema"]) if own is None else own
        if found is not None:
            media["example"] = found


def bodies(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    """(operationId, "request" or "answer", media type object) of each."""
    for operations in document["paths"].values():
        for operation in operations.values():
            name = operation["operationId"]
            if JSON in operation.get("requestBody", {}).get("content", {}):
                yield name, "request", operation["requestBody"]["content"][JSON]
            for status, answer in operation["responses"].items():
                if status < "3" and JSON in answer.get("content", {}):
                    yield name, "answer", answer["content"][JSON]
