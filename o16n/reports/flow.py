"""Raw columns and model inputs side by side, folded to what a page can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MANY = 30  # names on one side
ROW, TOP = 22, 34


@dataclass(frozen=True, kw_only=True)
class Side:
    """Names on one side of the picture, and for each place the name that it was folded into."""

    names: tuple[str, ...]
    at: tuple[int, ...]


def folded(flow: dict[str, Any]) -> tuple[Side, Side, list[tuple[int, int]]]:
    """Return both sides and the lines between them, each line once."""
    raw, inputs, feeds = flow["raw"], flow["inputs"], [tuple(one) for one in flow["feeds"]]
    from_raw = [tuple(at for place, at in feeds if place == one) for one in range(len(raw))]
    to_input = [tuple(place for place, at in feeds if at == one) for one in range(len(inputs))]
    left = _side(raw, from_raw, lambda fed: "that feed no input" if not fed else "")
    right = _side(inputs, to_input, lambda fed: _of(raw, fed))
    lines = {(left.at[place], right.at[at]) for place, at in feeds}
    return left, right, sorted(lines)


def _of(raw: list[str], fed: tuple[int, ...]) -> str:
    return f"of {raw[fed[0]]}" if len(fed) == 1 else ("fed by no column" if not fed else "")


def _side(names: list[str], ends: list[tuple[int, ...]], of: Any) -> Side:
    """Fold what has the same ends and a word for it, then what is still too much, into one name each."""
    if len(names) <= MANY:
        return Side(names=tuple(names), at=tuple(range(len(names))))
    groups: dict[Any, list[int]] = {}
    for place, fed in enumerate(ends):
        groups.setdefault((fed if of(fed) else place), []).append(place)
    told = [(_name(names, some, of(ends[some[0]])), some) for some in groups.values()]
    if len(told) > MANY:
        rest = [place for _, some in told[MANY - 1 :] for place in some]
        told = [*told[: MANY - 1], (f"{len(rest)} others", rest)]
    at = {place: line for line, (_, some) in enumerate(told) for place in some}
    return Side(
        names=tuple(name for name, _ in told), at=tuple(at[place] for place in range(len(names)))
    )


def _name(names: list[str], some: list[int], of: str) -> str:
    return names[some[0]] if len(some) == 1 else f"{len(some)} {of}"


def marks(side: Side, used: set[int], label: Any) -> list[dict[str, Any]]:
    """Return the marks of a side from top to bottom."""
    return [
        {"label": label(name), "y": TOP + ROW * place, "used": place in used}
        for place, name in enumerate(side.names)
    ]


def alt(flow: dict[str, Any]) -> str:
    """Return what the picture shows, in words."""
    used = len({one for one, _ in flow["feeds"]})
    most = [flow["raw"][one] for one in sorted({one for one, _ in flow["feeds"]})[:8]]
    told = f": {', '.join(most)}{' …' if used > len(most) else ''}" if most else ""
    return f"{used} of {len(flow['raw'])} raw columns feed {len(flow['inputs'])} model inputs{told}"
