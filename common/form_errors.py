from django.forms import Form

from common.errors import DomainError, InvalidError


def show_error(form: Form, error: DomainError) -> None:
    """Puts an action's refusal on the form that was entered: at its fields where it names them, else above the form."""
    if not isinstance(error, InvalidError):
        form.add_error(None, str(error))
        return
    for name, messages in error.errors.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, str(message))
