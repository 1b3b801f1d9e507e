"""Walk lines of Python by sign: what is open after each, where the first `=` stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FRESH = ""
TRIPLE = ('"""', "'''")
OPEN, CLOSE = "([{", ")]}"
COMPOUND = "=!<>+-*/%&|^@:"


def after(state: str, line: str) -> str:
    """Return what is open after `line`, given what was open before it; FRESH for nothing.

    A state is a stack of open brackets, with a quote on top where inside a string, or a backslash
    where the line goes on.
    """
    stack, last = state.removesuffix("\\"), -1
    for place, _, now in _signs(stack, line):
        stack, last = now, place
    in_string = stack.endswith(("'", '"'))
    goes_on = line.endswith("\\") and not in_string and last == len(line) - 1
    return f"{stack}\\" if goes_on else stack


def escaped_assignment(line: str) -> str:
    """Return the text before the `=` of `x = !ls` and `x = %magic`, "" for every other line."""
    for place, sign, stack in _signs(FRESH, line):
        if sign != "=" or stack:
            continue
        if line[place + 1 : place + 2] == "=" or line[max(place - 1, 0)] in COMPOUND:
            return ""
        rest = line[place + 1 :].lstrip()
        escaped = rest.startswith("!") or (rest.startswith("%") and rest[1:2].isidentifier())
        return line[:place] if escaped and line[:place].strip() else ""
    return ""


def asks_help(line: str) -> bool:
    """Tell whether a line is a request for help: `name?`, `x = name??`, `%magic?`."""
    text = line.rstrip()
    if not text.endswith("?") or not text.rstrip("?"):
        return False
    last = [place for place, sign, _ in _signs(FRESH, text) if sign == "?"]
    return bool(last) and last[-1] == len(text) - 1


def _signs(stack: str, line: str) -> Iterator[tuple[int, str, str]]:
    """Yield (place, sign, what is open after it) for each sign outside strings and comments.

    Entering and leaving a string is told with the sign "".
    """
    place = 0
    while place < len(line):
        if stack.endswith(("'", '"')):
            place, stack = _through_string(line, place, stack)
            yield min(place, len(line)) - 1, "", stack
            continue
        sign = line[place]
        if sign == "#":
            return
        if sign in "\"'":
            quote = line[place : place + 3] if line[place : place + 3] in TRIPLE else sign
            stack, place = stack + quote, place + len(quote)
            yield place - 1, "", stack
            continue
        if sign in OPEN:
            stack += sign
        elif sign in CLOSE:
            stack = stack[:-1]
        yield place, sign, stack
        place += 1


def _through_string(line: str, place: int, stack: str) -> tuple[int, str]:
    """Return (place, stack) after the string on top of `stack`, or at the line's end.

    A string of one quote is still open at the end only where a backslash carries it over.
    """
    quote = stack[-3:] if stack.endswith(TRIPLE) else stack[-1]
    while place < len(line):
        if line.startswith(quote, place):
            return place + len(quote), stack[: -len(quote)]
        place += 2 if line[place] == "\\" else 1
    open_still = quote in TRIPLE or place > len(line)
    return place, stack if open_still else stack[: -len(quote)]
