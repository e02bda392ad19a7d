"""界面组件, and the colours that they are made of."""

import re

import pytest
from django.conf import settings

CSS = settings.BASE_DIR / "static" / "css"
COMPONENTS = settings.BASE_DIR / "templates" / "components"
# Parts of the frame, which every page shows already, and parts of another component.
FRAME = {
    "_bell", "_error", "_field_notes", "_find", "_footer", "_header", "_help_link", "_help_panel", "_language",
    "_light_shape", "_messages", "_palette", "_user_menu",
}  # fmt: skip
TEXTS = ("bs-body-color", "muted", "bs-link-color", "green", "yellow", "red", "blue", "grey")
GROUNDS = ("surface", "surface-soft", "bs-body-bg")
SOFT = ("green", "yellow", "red", "blue", "grey")


def tokens(theme):
    """The variables of a theme, dark on top of light."""
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    blocks = re.findall(r'\[data-bs-theme="(light|dark)"\] \{(.*?)\n\}', text, re.DOTALL)
    found = {}
    for name, block in blocks:
        if name in {"light", theme}:
            found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    return found


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does():
    assert round(contrast("#000000", "#ffffff"), 1) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_can_be_read_and_marks_be_seen_in_both_themes(theme):
    found = tokens(theme)
    pairs = [(text, ground, 4.5) for text in TEXTS for ground in GROUNDS]
    pairs += [(name, f"{name}-soft", 4.5) for name in SOFT]
    pairs += [("on-accent", "accent", 4.5), ("top-text", "top-bg", 4.5), ("top-soft", "top-bg", 4.5)]
    pairs += [("bs-link-color", "accent-soft", 4.5), ("bs-body-color", "bs-tertiary-bg", 4.5)]
    pairs += [("line-strong", "surface", 3), ("focus", "surface", 3), ("focus", "bs-body-bg", 3)]
    weak = [(*pair[:2], round(contrast(found[pair[0]], found[pair[1]]), 2)) for pair in pairs
            if contrast(found[pair[0]], found[pair[1]]) < pair[2]]  # fmt: skip
    assert weak == []


def test_the_page_shows_every_component_in_both_themes(cast, client):
    client.force_login(cast.administrator)
    page = client.get("/styleguide/").content.decode()
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in (settings.BASE_DIR / "templates" / "dashboard").glob("styleguide*/*.html")
    ) + (settings.BASE_DIR / "templates" / "dashboard" / "styleguide.html").read_text(encoding="utf-8")
    shown = set(re.findall(r'include "components/(\w+)\.html"', sources))
    assert sorted({path.stem for path in COMPONENTS.glob("*.html")} - shown - FRAME) == []
    assert page.count('class="side" data-bs-theme="light"') == page.count('class="side" data-bs-theme="dark"') >= 8
    assert len(re.findall(r'\bid="([^"]+)"', page)) == len(set(re.findall(r'\bid="([^"]+)"', page)))


def test_variables_that_styles_use_are_defined():
    text = "".join(path.read_text(encoding="utf-8") for path in CSS.glob("*.css"))
    used = set(re.findall(r"var\(--([\w-]+)", text))
    defined = set(re.findall(r"--([\w-]+):", text))
    assert sorted(name for name in used - defined if not name.startswith("bs-")) == []
