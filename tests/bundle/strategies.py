"""JSON as an adversary writes it: any tree, and a good document with one value exchanged."""

from __future__ import annotations

import copy

from hypothesis import strategies as st

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["number", "text", "raw rows", "o16n.select", "..", "", "1", "NaN"])
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def places(value, path=()):
    """Yield the path of every value inside `value`, the root first."""
    yield path
    if isinstance(value, dict):
        for key, one in value.items():
            yield from places(one, (*path, key))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from places(one, (*path, at))


@st.composite
def changed_somewhere(draw, good):
    """Return `good` with one value exchanged, removed, doubled or given a neighbour."""
    told = copy.deepcopy(good)
    path = draw(st.sampled_from(list(places(told))))
    if not path:
        return draw(TREES)
    holder = told
    for step in path[:-1]:
        holder = holder[step]
    match draw(st.sampled_from(["exchange", "remove", "add"])):
        case "exchange":
            holder[path[-1]] = draw(TREES)
        case "remove":
            del holder[path[-1]]
        case "add" if isinstance(holder, dict):
            holder[draw(st.text(max_size=8))] = draw(TREES)
        case _:
            holder.insert(path[-1], draw(TREES))
    return told
