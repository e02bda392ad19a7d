"""Units' names where there is room for a few characters only: a column's head, a label of a picture; pure."""

# Official English names begin alike; what tells them apart comes after. The full name stands beside.
ALIKE = ("Guangxi ", "Management body of the ", "People's Government of ", "Department of ", "Office of the ")


def brief_name(label: str) -> str:
    """An English name without the words that most of them begin with; a Chinese short name as it is."""
    name = label
    for words in ALIKE:
        name = name.removeprefix(words)
    return name[:1].upper() + name[1:]


def cut_name(name: str, *, length: int) -> str:
    """As much of a name as has room; Latin letters are half as wide as Chinese characters."""
    width, kept = 0.0, ""
    for each in name:
        width += 0.5 if each.isascii() else 1
        if width > length:
            return f"{kept.rstrip()}…"
        kept += each
    return name
