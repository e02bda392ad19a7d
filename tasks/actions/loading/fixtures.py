"""Reading fixtures/*.yaml. What leaves `read_fixtures` is whole: shapes, references and sums have been checked."""

from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from common.errors import DomainError
from tasks.actions.loading import shapes
from tasks.actions.loading.checks import find_problems
from tasks.actions.loading.shapes import Entry, Fixtures


class FixtureError(DomainError):
    """方案数据有误: one entry of one file breaks a rule; nothing has been loaded."""

    code = "broken_fixture"
    status = 400

    def __init__(self, file: str, entry: str, why: str):
        self.file, self.entry, self.why = file, entry, why
        super().__init__(_("%(file)s，%(entry)s：%(why)s。") % {"file": file, "entry": entry, "why": why})


def read_fixtures(folder: Path) -> Fixtures:
    """Everything in the folder's files, checked; raises FixtureError for the first thing that is wrong."""
    plan = _read(folder, "plan")
    _check_shape("plan.yaml", _("全文"), plan, shapes.PLAN)
    fixtures = Fixtures(
        plan=plan,
        pillars=_entries(folder, "pillars", shapes.PILLAR),
        zones=_entries(folder, "zones", shapes.ZONE),
        agencies=_entries(folder, "agencies", shapes.AGENCY),
        tasks=_entries(folder, "tasks", shapes.TASK),
        safeguards=_entries(folder, "safeguards", shapes.SAFEGUARD),
        calendar=_entries(folder, "calendar", shapes.CALENDAR_YEAR),
    )
    _check_rules(fixtures)
    return fixtures


def _entries(folder: Path, name: str, shape: Any) -> list[Entry]:
    file = f"{name}.yaml"
    entries = _read(folder, name)
    if not isinstance(entries, list) or not entries:
        raise FixtureError(file, _("全文"), _("应为至少一条的列表"))
    for position, entry in enumerate(entries, start=1):
        _check_shape(file, _label(position, entry), entry, shape)
    return entries


def _label(position: int, entry: Any) -> str:
    """第 3 条（commerce）: where an entry stands and how it names itself."""
    names = entry if isinstance(entry, dict) else {}
    name = next((names[key] for key in ("code", "number", "year") if key in names), None)
    if name is None:
        return _("第 %(position)s 条") % {"position": position}
    return _("第 %(position)s 条（%(name)s）") % {"position": position, "name": name}


def _check_shape(file: str, label: str, entry: Any, shape: Any) -> None:
    problem = next(shapes.problems(entry, shape), None)
    if problem:
        raise FixtureError(file, label, problem)


def _check_rules(fixtures: Fixtures) -> None:
    """What holds between the parts of an entry and between entries."""
    problem = next(find_problems(fixtures), None)
    if problem is None:
        return
    if problem.file == "plan.yaml":
        raise FixtureError(problem.file, _("全文"), problem.why)
    entries = getattr(fixtures, Path(problem.file).stem)
    raise FixtureError(problem.file, _label(problem.position, entries[problem.position - 1]), problem.why)


def _read(folder: Path, name: str) -> Any:
    file = f"{name}.yaml"
    try:
        return yaml.load((folder / file).read_text(encoding="utf-8"), Loader=StrictLoader)  # noqa: S506  a safe loader
    except OSError as error:
        raise FixtureError(file, _("全文"), _("读不到文件")) from error
    except UnicodeDecodeError as error:
        raise FixtureError(file, _("全文"), _("不是 UTF-8 编码")) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        why = _("不是正确的 YAML：%(problem)s") % {"problem": error.problem or error.context}
        raise FixtureError(file, _("第 %(line)s 行") % {"line": line}, why) from error
    except yaml.YAMLError as error:
        raise FixtureError(file, _("全文"), _("不是正确的 YAML：%(problem)s") % {"problem": error}) from error


class StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader, but a key that stands twice is an error and not the last one's gain."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _value in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(problem=f"{twice} ×2", problem_mark=node.start_mark)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping
