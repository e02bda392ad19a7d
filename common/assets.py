"""The static files that come from npm packages: the few that pages load, and one sprite of the icons they use."""

import re
from collections.abc import Iterable
from pathlib import Path

from common.icons import ICONS

VENDOR_FILES = (
    "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js",
    "htmx.org/dist/htmx.min.js",
    "echarts/dist/echarts.min.js",
)
SPRITE = "icons.svg"
# The maps themselves are not served, and hashed file names must not be looked for in their names.
SOURCE_MAP = re.compile(r"(/\*|//)[#@] sourceMappingURL=\S+( \*/)?\s*$")
SVG = re.compile(r'<svg[^>]*\bviewBox="(?P<box>[^"]+)"[^>]*>(?P<drawing>.*)</svg>', re.DOTALL)


def build_assets(packages: Path, target: Path, icons: Iterable[str]) -> None:
    """Fill `target` with the vendor files and the sprite, from the npm packages in `packages`."""
    target.mkdir(parents=True, exist_ok=True)
    for name in VENDOR_FILES:
        text = (packages / name).read_text(encoding="utf-8")
        (target / Path(name).name).write_text(SOURCE_MAP.sub("", text), encoding="utf-8")
    sprite = build_sprite(packages / "bootstrap-icons" / "icons", icons)
    (target / SPRITE).write_text(sprite, encoding="utf-8")


def build_sprite(folder: Path, names: Iterable[str]) -> str:
    """One SVG with a symbol for each of `names`, from the single SVG files in `folder`."""
    symbols = [make_symbol(name, (folder / f"{name}.svg").read_text(encoding="utf-8")) for name in names]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def make_symbol(name: str, svg: str) -> str:
    """The drawing of `svg` as a symbol that pages refer to by `name`."""
    match = SVG.search(svg)
    if not match:
        raise ValueError(f"The icon {name} is not the SVG that is expected: it has no viewBox.")
    return f'<symbol id="{name}" viewBox="{match["box"]}">{match["drawing"].strip()}</symbol>'


def main() -> None:
    """`python -m common.assets`, run at set-up and after a change of ICONS."""
    root = Path(__file__).resolve().parent.parent
    build_assets(root / "node_modules", root / "build" / "static" / "vendor", ICONS)


if __name__ == "__main__":
    main()
