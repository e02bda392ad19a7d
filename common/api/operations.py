"""What an operation of the document says about itself beyond `extend_schema`: scopes, refusals, whether it will go."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

from common.api.refusals import refusals_of

Schema = dict[str, Any]


class PlainSchema(AutoSchema):
    """Documents what `extend_schema` says, and no docstrings: those speak to programmers of this side."""

    view: Any

    def get_description(self, *_args: Any) -> str:
        return ""

    def get_auth(self) -> list[Schema]:
        """A token with one of the scopes, or a person's session, which needs none."""
        scopes = self.view.wanted_scopes(self.view.request)
        told: list[list[Schema]] = [
            [{"bearer": [scope]} for scope in scopes] if "bearer" in each else [each] for each in super().get_auth()
        ]
        return [each for ways in told for each in ways]

    def is_deprecated(self) -> bool:
        return super().is_deprecated() or self.view.deprecation is not None

    def get_operation(self, *args: Any) -> Schema | None:
        operation: Schema | None = super().get_operation(*args)
        if operation:
            # For `schema.make_schema`, which takes it out again.
            operation["x-refusals"] = sorted(refusals_of(self.view, self.method.lower()))
        return operation
