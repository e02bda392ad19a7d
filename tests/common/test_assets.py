import pytest

from common.assets import VENDOR_FILES, build_assets, make_symbol

ICON = '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">\n  <path d="M1 1z"/>\n</svg>'


@pytest.fixture
def packages(tmp_path):
    """What npm would have fetched."""
    for name in VENDOR_FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        comment = "/*# sourceMappingURL={}.map */" if path.suffix == ".css" else "//# sourceMappingURL={}.map"
        path.write_text(f"content of {path.name}\n{comment.format(path.name)}\n")
    icons = tmp_path / "bootstrap-icons" / "icons"
    icons.mkdir(parents=True)
    (icons / "check.svg").write_text(ICON)
    (icons / "trash.svg").write_text(ICON)
    return tmp_path


def test_build_assets_takes_the_files_without_their_maps(packages, tmp_path):
    build_assets(packages, tmp_path / "vendor", ["check"])
    css = (tmp_path / "vendor" / "bootstrap.min.css").read_text()
    script = (tmp_path / "vendor" / "bootstrap.bundle.min.js").read_text()
    assert (css, script) == ("content of bootstrap.min.css\n", "content of bootstrap.bundle.min.js\n")


def test_build_assets_draws_the_named_icons_alone(packages, tmp_path):
    build_assets(packages, tmp_path / "vendor", ["check"])
    sprite = (tmp_path / "vendor" / "icons.svg").read_text()
    assert '<symbol id="check" viewBox="0 0 16 16"><path d="M1 1z"/></symbol>' in sprite
    assert "trash" not in sprite


def test_build_assets_refuses_an_icon_that_does_not_exist(packages, tmp_path):
    with pytest.raises(FileNotFoundError, match="chekc"):
        build_assets(packages, tmp_path / "vendor", ["chekc"])


def test_make_symbol_refuses_what_is_no_drawing():
    with pytest.raises(ValueError, match="The icon check is not the SVG that is expected"):
        make_symbol("check", "<html></html>")
