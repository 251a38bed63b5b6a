"""The tree as plain ids: what each act does, and that no sequence of acts breaks it."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.branches import Branches, TreeError, Twig


def tree(text):
    """ "a(b c(d)) e" -> Branches; a name's level is its depth, or the digit behind it (b4)."""
    twigs, stack = [], []
    for token in text.replace("(", " ( ").replace(")", " ) ").split():
        if token == "(":
            stack.append(twigs[-1].id)
        elif token == ")":
            stack.pop()
        else:
            level = int(token[1:] or len(stack))
            twigs.append(Twig(token[0], stack[-1] if stack else None, level))
    return Branches(twigs)


def shown(branches):
    def part(parent):
        return " ".join(one + (f"({part(one)})" if branches.below[one] else "") for one in branches.below[parent])

    return part(None)


ACTS = {
    "up": ("a(b c)", lambda t: t.up("c"), "a(c b)"),
    "up at the edge": ("a(b c)", lambda t: t.up("b"), "edge"),
    "down": ("a b(c) d", lambda t: t.down("b"), "a d b(c)"),
    "down at the edge": ("a b", lambda t: t.down("b"), "edge"),
    "out": ("a(b c) d", lambda t: t.out("b"), "a(c) b d"),
    "out at the top": ("a b", lambda t: t.out("a"), "edge"),
    "into": ("a b(c)", lambda t: t.into("b"), "a(b(c))"),
    "into without one before": ("a(b)", lambda t: t.into("b"), "edge"),
    "into a requirement": ("a(b(c(d(e f))))", lambda t: t.into("f"), "depth"),
    "put below": ("a(b)", lambda t: t.put("x", parent="a"), "a(b x)"),
    "put behind": ("a(b c)", lambda t: t.put("x", behind="b"), "a(b x c)"),
    "put at the top": ("a", lambda t: t.put("x"), "a x"),
    "put below a requirement": ("a4", lambda t: t.put("x", parent="a"), "depth"),
    "move": ("a(b(c)) d", lambda t: t.move("b", parent="d"), "a d(b(c))"),
    "move behind": ("a(b c) d(e f)", lambda t: t.move("c", behind="e"), "a(b) d(e c f)"),
    "move below itself": ("a(b(c))", lambda t: t.move("a", parent="c"), "below_itself"),
    "move behind itself": ("a b", lambda t: t.move("a", behind="a"), "a b"),
    "split": ("a(b(c) d)", lambda t: t.split("b", ["x", "y"]), "a(b(c) x y d)"),
    "merge": ("a(b(c) d e(f))", lambda t: t.merge(["e", "b"]), "a(b(c f) d)"),
    "merge cousins": ("a(b) c(d)", lambda t: t.merge(["b", "d"]), "siblings"),
    "merge one": ("a b", lambda t: t.merge(["a"]), "siblings"),
    "remove": ("a(b c)", lambda t: t.remove("b"), "a(c)"),
    "remove with parts": ("a(b)", lambda t: t.remove("a"), "has_parts"),
}


@pytest.mark.parametrize(("before", "act", "after"), ACTS.values(), ids=ACTS)
def test_what_each_act_does(before, act, after):
    branches = tree(before)

    try:
        act(branches)
        found = shown(branches)
    except TreeError as error:
        found = error.code

    assert found == after


def test_levels_follow_the_place_and_push_what_lies_below():
    branches = tree("a(b2(c3)) d(e1)")

    branches.move("b", parent="d")
    assert {one: branches.level[one] for one in "bc"} == {"b": 1, "c": 3}  # the level of its new mates

    branches.move("e", parent="b")
    assert branches.level["e"] == 3


def test_the_layout_numbers_every_row_of_siblings():
    places = tree("a(b c(d)) e").layout()

    assert [(place.id, place.path, place.is_leaf) for place in places] == [
        ("a", "0001.", False),
        ("b", "0001.0001.", True),
        ("c", "0001.0002.", False),
        ("d", "0001.0002.0001.", True),
        ("e", "0002.", True),
    ]


ACT = st.tuples(
    st.sampled_from(["up", "down", "out", "into", "put", "behind", "move", "split", "merge", "remove"]),
    st.integers(0, 99),
    st.integers(0, 99),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ACT, max_size=40))
def test_any_sequence_of_acts_keeps_a_well_formed_tree(acts):
    branches, fresh = tree("a(b(c d) e) f(g(h(i(j))))"), iter(range(1000))
    for name, one, two in acts:
        known = list(branches.parent)
        one, two = known[one % len(known)], known[two % len(known)]
        after, expected = copy.deepcopy(branches), set(known)
        try:
            if name in ("up", "down", "out", "into"):
                getattr(after, name)(one)
            elif name == "put":
                expected.add(new := next(fresh))
                after.put(new, parent=one)
            elif name == "behind":
                expected.add(new := next(fresh))
                after.put(new, behind=one)
            elif name == "move":
                after.move(one, parent=two)
            elif name == "split":
                new = [next(fresh), next(fresh)]
                expected |= set(new)
                after.split(one, new)
            elif name == "merge":
                assert after.merge(list(dict.fromkeys([one, two]))) in (one, two)
                expected -= {one, two} - {after_first(branches, one, two)}
            elif len(known) > 1:
                after.remove(one)
                expected.discard(one)
        except TreeError:
            continue  # refused: nothing is kept of it
        branches = after
        assert set(branches.parent) == expected
    check(branches)


def after_first(branches, one, two):
    return min((one, two), key=branches.below[branches.parent[one]].index)


def check(branches):
    places = branches.layout()
    paths = [place.path for place in places]
    by_id = {place.id: place for place in places}
    assert len(places) == len(by_id) == len(branches.parent)
    assert paths == sorted(paths) and len(set(paths)) == len(paths)
    for place in places:
        above = by_id[place.parent] if place.parent is not None else None
        assert place.path.startswith(above.path if above else "") and len(place.path) == len(above.path if above else "") + 5
        assert (above.level if above else -1) < place.level <= 4
        assert place.is_leaf == (not any(other.parent == place.id for other in places))
