"""The picture of what a notebook did: as its golden file, escaped, and the same in words."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from o16n.candidate.story import Node, Story
from o16n.notebook.notebook import Cell, Notebook, Place
from o16n.reports.story import cell_link, picture, rows, steps, words

SVG = "{http://www.w3.org/2000/svg}"


def node(key, column, label, note, cell, *, chosen=False):
    place = Place(cell=cell, line=1)
    return Node(key=key, column=column, label=label, note=note, place=place, chosen=chosen)


TOLD = Story(
    nodes=(
        node("r", "raw data", "pd.read_csv('a.csv')", "1,000 rows", 1),
        node("s", "split", "split", "700 and 300 rows", 2),
        node("p", "after the split", "scaler", "StandardScaler", 3),
        node("m", "models", "clf", "LogisticRegression", 4, chosen=True),
        node("n", "models", "<b>&'\"", "Dummy", 5),
        node("e", "metrics", "accuracy 0.91", "on X_test_scaled", 4, chosen=True),
    ),
    links=(("r", "s"), ("s", "p"), ("p", "m"), ("s", "n"), ("m", "e")),
    sentence="the model is clf, because the notebook saves it",
)
NOTEBOOK = Notebook(
    path=Path("my train.ipynb"),
    cells=(
        Cell(number=1, id="a1", kind="code", source=""),
        Cell(number=2, id=None, kind="code", source=""),
    ),
)


def test_the_picture_is_as_its_golden_file(golden):
    golden("cards", "story.svg", picture(TOLD))


def test_the_picture_is_well_formed_says_what_it_shows_and_takes_the_colour_around_it():
    root = ET.fromstring(picture(TOLD))
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find(f"{SVG}title").text == words(TOLD)
    assert root.get("fill") == "currentColor"
    assert {one.get("stroke") for one in root.iter(f"{SVG}path")} == {"currentColor"}
    assert "style" not in picture(TOLD)
    assert "<b>" not in picture(TOLD)


def test_boxes_stand_apart_and_inside_the_picture():
    root = ET.fromstring(picture(TOLD))
    boxes = [
        [float(one.get(name)) for name in ("x", "y", "width", "height")]
        for one in root.iter(f"{SVG}rect")
    ]
    assert len(boxes) == len(TOLD.nodes)
    for n, (x, y, width, height) in enumerate(boxes):
        assert x + width <= float(root.get("width"))
        assert y + height <= float(root.get("height"))
        for other_x, other_y, other_width, other_height in boxes[:n]:
            apart = x >= other_x + other_width or other_x >= x + width
            assert apart or y >= other_y + other_height or other_y >= y + height


def test_the_way_to_the_chosen_model_is_bold():
    root = ET.fromstring(picture(TOLD))
    bold = [one.get("stroke-width") for one in root.iter(f"{SVG}path")]
    assert bold == ["1.8", "1.8", "1.8", "1", "1.8"]


def test_the_same_in_words():
    assert words(TOLD).startswith("raw data: pd.read_csv('a.csv'); split: split; after the split:")
    assert rows(TOLD)[3:5] == [
        ("models", "* clf", "LogisticRegression", "cell 4 line 1"),
        ("", "<b>&'\"", "Dummy", "cell 5 line 1"),
    ]


def test_a_cell_with_an_id_is_linked_and_no_other():
    assert cell_link(NOTEBOOK, Place(cell=1, line=3)) == "my%20train.ipynb#cell-id=a1"
    assert [cell_link(NOTEBOOK, one) for one in (Place(cell=2), Place(cell=9), None)] == [""] * 3
    links = [one["link"] for column in steps(TOLD, NOTEBOOK) for one in column["nodes"]]
    assert links == ["my%20train.ipynb#cell-id=a1", *[""] * 5]
