"""The Python in a cell: IPython's own syntax neutralised, every line where it was."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

from o16n.notebook import lines as scan

if TYPE_CHECKING:
    from o16n.notebook.notebook import Cell

PYTHON = frozenset({"time", "timeit", "capture", "prun", "memit", "o16n"})
FOREIGN = frozenset(
    {
        *("bash", "sh", "script", "system", "sx", "cmd", "powershell", "!", "writefile", "file"),
        *("html", "HTML", "javascript", "js", "latex", "markdown", "svg", "SVG", "css", "sql"),
        *("bigquery", "python", "python2", "python3", "pypy", "perl", "ruby", "R", "julia"),
        *("cython", "mermaid"),
    }
)
TIMED = re.compile(r"%(?:time|timeit|prun|memit)\s+(?:-{1,2}[a-zA-Z]+[= ]?\d*\s+)*(?=[^\s-])")
AUTOMAGIC = frozenset(
    {
        *("cat", "cd", "clear", "conda", "cp", "less", "ls", "ll", "mkdir", "more", "mv", "pip"),
        *("pwd", "rm", "rmdir", "matplotlib", "load_ext", "pylab", "run", "time", "timeit"),
        *("uv", "who", "whos", "env", "history", "lsmagic", "reload_ext", "store", "writefile"),
    }
)  # what IPython takes for a magic also without its sign, in a cell of one line
PYTHON_PROMPT = re.compile(r"^(?:>>>|\.\.\.)(?: |$)")
IPYTHON_PROMPT = re.compile(r"^\s*(?:In ?\[\d+\]: |\.{3,}: ?)")
CAPTURED = re.compile(r"%%capture\s+(?:--?[\w-]+\s+)*([A-Za-z_]\w*)")
REDIRECTED = re.compile(r"%{1,2}\w+.*?(?:--out\s+([A-Za-z_]\w*)|\s([A-Za-z_]\w*)\s*<<)")


def python_source(cell: Cell) -> str:
    """Return the cell's Python: magics, shell lines and help requests become `pass`.

    Line numbers stay, and nothing is ever raised: what is no Python is returned as it is, for
    `parsed` to say so. A cell that is plain Python is returned unchanged. `%time statement` and the
    body of `%%time` are Python; a cell magic whose body is not gives empty lines.
    """
    text = cell.source
    if _parses(text):
        return text
    if asks_automagic(text):
        start = len(text) - len(text.lstrip())
        text = f"{text[:start]}%{text[start:]}"
    rows = text.split("\n")
    first = next((n for n, row in enumerate(rows) if row.strip()), 0)
    if rows[first].startswith("%%") and not scan.asks_help(rows[first]):
        return _cell_magic(rows, first)
    return _neutralised(_dedented(rows, first))


def asks_automagic(text: str) -> bool:
    """Tell whether a cell is one line that starts with a magic's name, such as `pip install x`."""
    words = text.split(None, 1)
    return len(text.strip().splitlines()) == 1 and words[0] in AUTOMAGIC


def parsed(text: str) -> ast.Module:
    """Parse Python without telling its warnings, which are the notebook's own affair.

    Raises:
        SyntaxError: it is no Python; also for null bytes, lone surrogates and too deep nesting.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except SyntaxError:
            raise
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(str(error) or type(error).__name__) from error


def python_tree(cell: Cell) -> ast.Module | None:
    """Return the syntax tree of the cell's Python, None where it is no Python."""
    try:
        return parsed(python_source(cell))
    except SyntaxError:
        return None


def _cell_magic(rows: list[str], first: int) -> str:
    head = rows[first]
    word = head[2:].split(None, 1)[0] if head[2:].strip() else ""
    told = CAPTURED.match(head) or REDIRECTED.match(head)
    name = next((one for one in told.groups() if one), "") if told else ""
    kept = f"{name} = None" if name else ""
    rest = rows[first + 1 :]
    body = "" if word in FOREIGN or not rest else _body(rest, always=word in PYTHON)
    blank = [""] * first
    if not body:
        return "\n".join([*blank, kept, *("" for _ in rest)])
    return "\n".join([*blank, kept, body])


def _body(rows: list[str], *, always: bool) -> str:
    """Return the Python below a cell magic, "" where an unknown magic's body is none."""
    first = next((n for n, row in enumerate(rows) if row.strip()), 0)
    text = "\n".join(rows)
    if not _parses(text):
        text = _neutralised(_dedented(list(rows), first))
    return text if always or _parses(text) else ""


def _dedented(rows: list[str], first: int) -> list[str]:
    """Take away the first line's indentation and pasted prompts, as IPython does."""
    indent = re.match(r"[ \t]*", rows[first])
    if indent and indent[0]:
        rows = [row.removeprefix(indent[0]) for row in rows]
    for prompt in (PYTHON_PROMPT, IPYTHON_PROMPT):
        if prompt.match(rows[first]):
            return [prompt.sub("", row) for row in rows]
    return rows


def _neutralised(rows: list[str]) -> str:
    """Replace, from the top, each fresh line that is IPython's and not Python's."""
    state = scan.FRESH
    skipped = 0
    for place, row in enumerate(list(rows)):
        if skipped:
            skipped -= 1
            continue
        new = _replacement(row) if state == scan.FRESH else None
        if new is None:
            state = scan.after(state, row)
            continue
        rows[place], goes_on, end = new, row, place
        while goes_on.endswith("\\") and end + 1 < len(rows):
            end += 1
            goes_on, rows[end] = rows[end], ""
        skipped = end - place
    return "\n".join(rows)


def _replacement(row: str) -> str | None:
    """Return what stands for a line of IPython's, None where the line may be Python."""
    indent, text = row[: len(row) - len(row.lstrip())], row.strip()
    if text.startswith("%") and (timed := TIMED.match(text)):
        statement = text[timed.end() :]
        return indent + (statement if _parses(statement) else "pass")
    if text.startswith(("%", "!", "?", ",", ";", "/")):
        told = REDIRECTED.match(text)
        name = next((one for one in told.groups() if one), "") if told else ""
        return indent + (f"{name} = None" if name else "pass")
    if target := scan.escaped_assignment(row):
        return f"{target}= None"
    return f"{indent}pass" if scan.asks_help(row) else None


def _parses(text: str) -> bool:
    try:
        parsed(text)
    except SyntaxError:
        return False
    return True
