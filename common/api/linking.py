"""OpenAPI links: from an answer that holds an object to what may be done with it next."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
JSON = "application/json"


def component_of(answer: Schema) -> str:
    """The name of the component that the answer's body is; empty for anything else."""
    schema = answer.get("content", {}).get(JSON, {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]


def link_answers(document: Schema) -> None:
    """A POST that answers an object leads to the operations at that object's own address."""
    homes = dict(_homes(document))
    for path, operations in document["paths"].items():
        for status, answer in operations.get("post", {}).get("responses", {}).items():
            home = homes.get(component_of(answer)) if status < "3" else None
            if home and "$ref" not in answer:
                answer["links"] = dict(_links(document, home, leaving=path))


def _homes(document: Schema) -> Iterator[tuple[str, str]]:
    """Component → address at which one of them is read."""
    schemas = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        name = component_of(operations.get("get", {}).get("responses", {}).get("200", {}))
        if path.endswith("/{id}/") and path.count("{") == 1 and "id" in schemas.get(name, {}).get("properties", {}):
            yield name, path


def _links(document: Schema, home: str, *, leaving: str) -> Iterator[tuple[str, Schema]]:
    for path, operations in document["paths"].items():
        if not path.startswith(home) or path == leaving or path.count("{") > 1:
            continue
        for operation in operations.values():
            parameters = {"path.id": "$response.body#/id"}
            if any(each["name"] == "If-Match" for each in operation["parameters"]):
                parameters["header.If-Match"] = "$response.header.ETag"
            yield operation["operationId"], {"operationId": operation["operationId"], "parameters": parameters}
