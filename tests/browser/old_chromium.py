"""A browser as old as our users have (Chromium 90 to 106): where one is, and what of a page must be as in a new one."""

import os
from pathlib import Path

from django.conf import settings

PLACE = "build/chromium92/chromium"  # where `make old-chromium` puts it
MISSING = "SKIPPED: no old Chromium here. `make old-chromium` fetches one, or set GXFTZ_OLD_CHROMIUM."

# How each element that can be seen is drawn. Sizes are left out: fonts and form fields differ by a pixel or two. Left
# out is also what two browsers name otherwise and draw alike: colours of borders that are not there, `left` for
# `start`, the inside of form fields and of drawings; and what lies in a closed fold, where a new one has boxes unseen.
LOOKS = """() => {
  const named = ["display", "position", "backgroundColor", "color", "borderTopWidth", "borderTopStyle",
    "borderTopColor", "borderBottomWidth", "borderTopLeftRadius", "columnGap", "rowGap", "textAlign", "flexDirection",
    "justifyContent", "alignItems", "visibility", "listStyleType", "overflowX"];
  const path = (element) => {
    const steps = [];
    for (let each = element; each && each !== document.body; each = each.parentElement) {
      steps.unshift(each.tagName.toLowerCase() + ":" + Array.prototype.indexOf.call(each.parentElement.children, each));
    }
    return steps.join(" ");
  };
  const looks = {};
  const isFolded = (element) => {
    for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      if (fold !== element && !fold.open && !fold.querySelector("summary").contains(element)) { return true; }
    }
    return false;
  };
  document.querySelectorAll("body *").forEach((element) => {
    if (isFolded(element) || element.ownerSVGElement) { return; }
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    const look = { name: element.tagName.toLowerCase() + "." + element.getAttribute("class"),
      isSeen: box.width > 0 && box.height > 0,
      columns: style.gridTemplateColumns === "none" ? 0 : style.gridTemplateColumns.split(" ").length };
    named.forEach((name) => { look[name] = style[name]; });
    if (look.borderTopWidth === "0px") { look.borderTopColor = ""; }
    if (look.textAlign === "left") { look.textAlign = "start"; }
    if (element.matches("input, textarea, select, button")) {
      ["overflowX", "flexDirection", "alignItems"].forEach((name) => { delete look[name]; });
    }
    looks[path(element)] = look;
  });
  return looks;
}"""


def find_old_chromium() -> Path | None:
    """The program, if there is one."""
    program = Path(os.environ.get("GXFTZ_OLD_CHROMIUM") or settings.BASE_DIR / PLACE)
    return program if os.access(program, os.X_OK) else None


def differences(old: dict, new: dict) -> list[str]:
    """What is drawn otherwise in the old browser, each as: element, property, there, here."""
    found = []
    for path in sorted(old.keys() | new.keys()):
        there, here = old.get(path), new.get(path)
        if there is None or here is None:
            found.append(f"{(there or here)['name']}: only in the {'old' if there else 'new'} one")
            continue
        unlike = (name for name in here if name != "name" and there.get(name) != here[name])
        if here["isSeen"] or there["isSeen"]:
            found += [f"{here['name']} {name}: {there.get(name)!r} instead of {here[name]!r}" for name in unlike]
    return found
