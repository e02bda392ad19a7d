"""Between which bounds the demonstration's lights may lie, whatever the day."""

from collections import Counter

from tasks.models import Task

# Between a report's limit and its lock, tasks whose report is still a draft are yellow too.
SHARES = {"green": (16, 28), "yellow": (5, 13), "red": (4, 7), "blue": (4, 4), "grey": (4, 6)}


def out_of_band(on):
    """The colours that are shown too rarely or too often on a day, with their number."""
    counts = Counter(Task.objects.with_colour(on).values_list("colour", flat=True))
    return {colour: counts[colour] for colour, (least, most) in SHARES.items() if not least <= counts[colour] <= most}
