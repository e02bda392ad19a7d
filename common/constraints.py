"""Conditions that the tables of several rooms hold their rows to."""

from django.db.models import F, Q


def paired(at: str, by: str) -> Q:
    """Both or neither: a moment without its person, or a person without a moment, tells half a story."""
    none = Q(**{f"{at}__isnull": True, f"{by}__isnull": True})
    return none | Q(**{f"{at}__isnull": False, f"{by}__isnull": False})


def stretch(first: str, last: str) -> Q:
    """Two days in order, or neither."""
    none = Q(**{f"{first}__isnull": True, f"{last}__isnull": True})
    return none | Q(**{f"{first}__lte": F(last)})
