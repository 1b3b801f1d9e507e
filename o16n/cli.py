"""The shell's face: one place that turns a known error into a line and an exit code."""

from __future__ import annotations

import json
import os
import sys
import traceback
from functools import partial
from typing import TYPE_CHECKING

from o16n import grammar, plugins
from o16n.errors import Bug, O16nError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

INTERRUPTED = 130
_VERBS = "o16n.verbs"


def main(argv: Sequence[str] | None = None) -> int:
    """Answer one command line and return its exit code: 0, 1, 2, 3, 70 (our bug) or 130 (Ctrl-C)."""
    import click

    words = list(sys.argv[1:] if argv is None else argv)
    progress = Progress()
    try:
        return _answer(words, progress)
    except O16nError as error:
        return _refuse(error, progress, as_json="--json" in words)
    except click.ClickException as error:
        return _refuse(grammar.explained(error), progress, as_json="--json" in words)
    except (KeyboardInterrupt, click.exceptions.Abort):
        return _complain(progress, "stopped", INTERRUPTED)
    except BrokenPipeError:
        return _reader_left()
    except Exception as error:  # noqa: BLE001 - the last place; told as our bug
        if os.environ.get("O16N_DEBUG"):
            traceback.print_exc()
        return _refuse(Bug.of(error), progress, as_json="--json" in words)


def _refuse(error: O16nError, progress: Progress, *, as_json: bool) -> int:
    if as_json:
        _print(json.dumps(error.as_json(), ensure_ascii=False, indent=1))
    return _complain(progress, f"{type(error).__name__}: {error}", error.exit_code)


def _reader_left() -> int:
    # The reader of a pipe left (`| head`): not an error, and nothing more can be written.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _print(text: str) -> None:
    try:
        sys.stdout.write(text.rstrip("\n") + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _reader_left()  # else what is still in the buffer fails once more when Python ends


def _answer(argv: list[str], progress: Progress) -> int:
    group = grammar.parser(plugins.names(_VERBS), partial(plugins.load, _VERBS))
    try:
        request = group.main(argv or ["--help"], prog_name="o16n", standalone_mode=False)
    except SystemExit as left:  # how click tells that the reader of its help left
        raise BrokenPipeError from left
    if not isinstance(request, grammar.Request):  # --help and --version have printed
        return 0
    face = grammar.Face(
        say=progress.say, tell=progress.note, live=progress.live, ask=_asker(progress)
    )
    result = request.answer(face)
    progress.close()
    if request.as_json:
        text = json.dumps(result.as_json(), ensure_ascii=False, allow_nan=False, indent=1)
    else:
        text = str(result)
    sys.stdout.write(text.rstrip("\n") + "\n")
    sys.stdout.flush()
    return result.exit_code


def _complain(progress: Progress, line: str, code: int) -> int:
    progress.close()
    sys.stderr.write(f"{line}\n")
    return code


class Progress:
    """One rewritten line on a terminal, plain lines elsewhere; always on stderr."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()
        self._width = 0

    def say(self, line: str) -> None:
        """Show `line` as what is happening now."""
        line = " ".join(line.split())
        if self.live:
            import shutil

            line = line[: shutil.get_terminal_size().columns - 1]
            sys.stderr.write("\r" + line.ljust(self._width))
            self._width = len(line)
        else:
            sys.stderr.write(line + "\n")
        sys.stderr.flush()

    def note(self, line: str) -> None:
        """Show `line` so that it stays."""
        self.close()
        sys.stderr.write(" ".join(line.split()) + "\n")
        sys.stderr.flush()

    def close(self) -> None:
        """Clear the rewritten line."""
        if self.live and self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
            self._width = 0


def _asker(progress: Progress) -> Callable[[str, Sequence[str]], int] | None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None

    def ask(question: str, choices: Sequence[str]) -> int:
        progress.close()
        lines = [question, *(f"  {n}. {choice}" for n, choice in enumerate(choices, 1))]
        sys.stderr.write("\n".join(lines) + "\n")
        while True:
            sys.stderr.write(f"1-{len(choices)}: ")
            sys.stderr.flush()
            word = sys.stdin.readline()
            if not word:
                raise KeyboardInterrupt
            if word.strip().isdigit() and 1 <= int(word) <= len(choices):
                return int(word) - 1

    return ask
