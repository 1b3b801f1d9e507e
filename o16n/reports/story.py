"""What a notebook did, drawn: an inline SVG in the colour of the text around it, light or dark, and its twin in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from o16n.templating import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from o16n.candidate.story import Node, Story
    from o16n.notebook.notebook import Notebook, Place

SIGN, MARGIN = 6.6, 16  # of a character and of a box, in pixels
SMALL, BOLD = 11 / 12, 1.15  # beside a character of the usual print
HEIGHT, GAP, BETWEEN, TOP = 54, 12, 30, 24


def picture(story: Story) -> str:
    """Return the graph as SVG: a column for each kind of node, the chosen model and its way in bold."""
    boxes: dict[str, dict[str, Any]] = {}
    heads, x = [], 1
    tallest = max(len(nodes) for _, nodes in story.columns)
    for name, nodes in story.columns:
        width = _width(name, nodes)
        heads.append({"x": x, "text": name})
        start = TOP + (tallest - len(nodes)) * (HEIGHT + GAP) // 2
        for place, node in enumerate(nodes):
            y = start + place * (HEIGHT + GAP)
            boxes[node.key] = {**_box(node), "x": x, "y": y, "width": width, "height": HEIGHT}
        x += width + BETWEEN
    way = _way(story)
    return render(
        "figures/story.svg.j2",
        alt=words(story),
        width=x - BETWEEN + 1,
        height=TOP + tallest * (HEIGHT + GAP),
        heads=heads,
        boxes=list(boxes.values()),
        lines=[
            _line(boxes[one], boxes[other], chosen={one, other} <= way)
            for one, other in story.links
        ],
    )


def words(story: Story) -> str:
    """Return the picture in words: each column with what stands in it."""
    told = [f"{name}: {', '.join(one.label for one in nodes)}" for name, nodes in story.columns]
    return "; ".join(told)


def rows(story: Story) -> list[tuple[str, str, str, str]]:
    """Return (column, label, note, place) of each node, the chosen ones marked with *."""
    return [
        (
            name if not place else "",
            f"{'* ' if node.chosen else ''}{node.label}",
            node.note,
            str(node.place or ""),
        )
        for name, nodes in story.columns
        for place, node in enumerate(nodes)
    ]


def steps(story: Story, notebook: Notebook) -> list[dict[str, Any]]:
    """Return the columns for a list in HTML, each node with a link to its cell where it can have one."""
    return [
        {
            "name": name,
            "nodes": [
                {
                    "label": node.label,
                    "note": node.note,
                    "chosen": node.chosen,
                    "place": str(node.place or ""),
                    "link": cell_link(notebook, node.place),
                }
                for node in nodes
            ],
        }
        for name, nodes in story.columns
    ]


def cell_link(notebook: Notebook, place: Place | None) -> str:
    """Return a link that JupyterLab follows to the cell: `train.ipynb#cell-id=ab12`; "" where there is none."""
    if place is None or notebook.path is None:
        return ""
    cell = next((one for one in notebook.code if one.number == place.cell), None)
    if cell is None or not cell.id:
        return ""
    return f"{quote(notebook.path.name)}#cell-id={quote(cell.id)}"


def _width(name: str, nodes: Sequence[Node]) -> int:
    small = [text for one in nodes for text in (one.note, str(one.place or ""))]
    large = [len(one.label) * (BOLD if one.chosen else 1) for one in nodes]
    longest = max([len(name), *large, *(len(text) * SMALL for text in small)])
    return int(longest * SIGN) + MARGIN


def _box(node: Node) -> dict[str, Any]:
    return {
        "label": node.label,
        "note": node.note,
        "place": str(node.place or ""),
        "chosen": node.chosen,
    }


def _line(one: dict[str, Any], other: dict[str, Any], *, chosen: bool) -> dict[str, Any]:
    x1 = one["x"] + one["width"]
    return {
        "x1": x1,
        "y1": one["y"] + HEIGHT // 2,
        "middle": x1 + BETWEEN // 2,
        "turned": x1 + BETWEEN,  # straight on from here, below or above what stands between
        "x2": other["x"],
        "y2": other["y"] + HEIGHT // 2,
        "chosen": chosen,
    }


def _way(story: Story) -> set[str]:
    """Return the keys of the chosen nodes and of all that leads to them."""
    way = {one.key for one in story.nodes if one.chosen}
    for _ in story.nodes:
        more = {one for one, other in story.links if other in way} - way
        if not more:
            break
        way |= more
    return way
