"""The list of units as pure data, held against a slow reference and the promises of the table."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.links import Link, move_link, move_obstacle, place, tell_outcome
from tasks.readers.assignments import read_links, write_links
from tests.factories import TODAY

UNITS = "abcdef"


def links(units):
    return tuple(Link(unit) for unit in units)


def codes(those):
    return "".join(each.agency for each in those)


@pytest.mark.parametrize(
    ("units", "source", "target", "expected"),
    [
        ("abc", "a", "x", "xbc"),
        ("abc", "c", "x", "abx"),
        ("abc", "a", "c", "cb"),  # lead beats co
        ("abc", "c", "a", "ab"),
        ("abcd", "d", "b", "abc"),  # the better place of the two
        ("abcd", "b", "d", "adc"),
        ("a", "a", "x", "x"),
    ],
)
def test_move_link_takes_the_place_and_leaves_one_link_a_unit(units, source, target, expected):
    assert codes(move_link(links(units), source, target, on=TODAY)) == expected


def test_move_link_keeps_the_plans_unit_through_a_chain():
    moved = move_link(move_link(links("ab"), "a", "x", on=date(2026, 1, 1)), "x", "y", on=TODAY)
    assert moved[0] == Link("y", "a", TODAY)


def test_move_link_remembers_the_units_that_became_one():
    moved = move_link(links("abc"), "a", "b", on=TODAY)
    assert moved == (Link("b", "a", TODAY, ("b",)), Link("c"))
    assert moved[0].stands_for == ("a", "b")


def test_move_link_back_to_the_plans_unit_forgets_the_move():
    assert move_link(move_link(links("ab"), "a", "x", on=TODAY), "x", "a", on=TODAY) == links("ab")


@pytest.mark.parametrize(
    ("units", "source", "target", "words"),
    [
        ("abc", "a", "x", "接任牵头"),
        ("abc", "b", "x", "接任配合，列第 2 位"),
        ("abc", "b", "a", "已是牵头单位，两条责任并为一条"),
        ("abc", "a", "b", "由配合升为牵头，两条责任并为一条"),
        ("abc", "b", "c", "已是配合单位，两条责任并为一条，列第 2 位"),
    ],
)
def test_tell_outcome_says_what_the_successor_will_be(units, source, target, words):
    assert tell_outcome(links(units), source, target, on=TODAY) == words


@pytest.mark.parametrize(
    ("status", "source", "since", "words"),
    [
        ("ongoing", "a", TODAY, ""),
        ("closed", "a", TODAY, "已结束"),
        ("stopped", "a", TODAY, "已结束"),
        ("ongoing", "z", TODAY, "已不承担"),
        ("ongoing", "a", None, "没有登记过"),
        ("ongoing", "a", date(2027, 1, 1), "2027-01-01"),
    ],
)
def test_move_obstacle_says_why(status, source, since, words):
    obstacle = move_obstacle(status, links("ab"), (source, "x"), since=since, on=TODAY)
    assert words in obstacle if words else obstacle == ""


def reference(units, source, target):
    """Slow and simple: write the successor over the unit, then strike every unit's later mention."""
    written = [target if unit == source else unit for unit in units]
    return [unit for order, unit in enumerate(written) if unit not in written[:order]]


@given(
    st.permutations(UNITS).flatmap(lambda units: st.integers(1, 6).map(lambda size: units[:size])),
    st.lists(st.tuples(st.sampled_from(UNITS), st.sampled_from("abcdefxy")), max_size=12),
)
def test_any_sequence_of_moves_keeps_the_list_whole(units, steps):
    held, told = links(units), list(units)
    for source, target in steps:
        if place(held, source) is None or source == target:
            continue
        held, told = move_link(held, source, target, on=TODAY), reference(told, source, target)
        assert list(codes(held)) == told
        assert len(set(told)) == len(told) >= 1
        assert sorted(unit for each in held for unit in each.stands_for) == sorted(units)  # the plan's own list
        assert all((each.plan_unit is None) == (each.moved_on is None) for each in held)
        assert read_links(write_links_as_json(held)) == held


def write_links_as_json(held):
    return [{**row, "moved_on": row["moved_on"] and row["moved_on"].isoformat()} for row in write_links(held)]
