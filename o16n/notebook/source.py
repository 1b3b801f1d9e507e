"""The Python in a cell: IPython's own syntax neutralised, every line where it was."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from o16n.notebook.notebook import Cell

BODY_IS_PYTHON = {"time", "timeit", "capture", "prun", "o16n"}
ASSIGNED = re.compile(r"^(\s*)([\w.,\[\]'\" ]+?)\s*=\s*[!%](?!=)")
LINE = re.compile(r"^(\s*)([%!]|\?)")
HELP = re.compile(r"^(\s*)[\w.]+\?{1,2}\s*$")


def python_source(cell: Cell) -> str:
    """Return the cell's Python: magics, shell lines and help requests become `pass`.

    Line numbers stay. A cell that is plain Python is returned unchanged; a cell magic whose body is
    not Python gives an empty cell.
    """
    text = cell.source
    if _parses(text):
        return text
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if lines[first].lstrip().startswith("%%"):
        word = lines[first].lstrip()[2:].split(None, 1)[0] if lines[first].strip("% ") else ""
        if word not in BODY_IS_PYTHON:
            return "\n".join("" for _ in lines)
        lines[first] = ""
    return _neutralised(lines)


def _neutralised(lines: list[str]) -> str:
    """Replace, from the top, each line that looks like IPython's where Python cannot go on."""
    inside = ""
    for place, line in enumerate(lines):
        if inside:
            inside = _still_inside(inside, line)
            continue
        if found := ASSIGNED.match(line):
            lines[place] = f"{found[1]}{found[2]} = None"
        elif (found := LINE.match(line)) or (found := HELP.match(line)):
            lines[place] = f"{found[1]}pass"
            if line.rstrip().endswith("\\") and place + 1 < len(lines):
                lines[place + 1] = f"!{lines[place + 1].lstrip()}"
        else:
            inside = _opened(line)
    return "\n".join(lines)


def _opened(line: str) -> str:
    """Return what is still open after a fresh `line`: brackets and triple quotes, "" for nothing."""
    return _still_inside("", line)


def _still_inside(state: str, line: str) -> str:
    """Walk one line; `state` is the stack of open brackets, with a triple quote on top if inside one."""
    place = 0
    while place < len(line):
        three = line[place : place + 3]
        if state.endswith(('"""', "'''")):
            if three == state[-3:]:
                state, place = state[:-3], place + 3
                continue
            place += 2 if line[place] == "\\" else 1
            continue
        if three in ('"""', "'''"):
            state, place = state + three, place + 3
            continue
        place = _step(line, place)
        if place >= len(line):
            break
        sign = line[place]
        if sign in "([{":
            state += sign
        elif sign in ")]}" and state:
            state = state[:-1]
        place += 1
    return state


def _step(line: str, place: int) -> int:
    """Return the place after a one-line string, or the line's end for a comment."""
    if line[place] == "#":
        return len(line)
    if line[place] not in "\"'":
        return place
    end = place + 1
    while end < len(line) and line[end] != line[place]:
        end += 2 if line[end] == "\\" else 1
    return min(end + 1, len(line))


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
