"""The notebook's face: `%o16n VERB …`, the same grammar as the shell's."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.errors import O16nError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from IPython.core.interactiveshell import InteractiveShell

    from o16n import grammar

_VERBS = "o16n.verbs"
_MANY = 200
_UNDEFINED = re.compile(r"\{[A-Za-z_]\w*\}")


def register(shell: InteractiveShell) -> None:
    """Make `%o16n` and its Tab completion known to `shell`."""
    magic = Magic(shell)

    def o16n(line: str, cell: str | None = None) -> Any:
        """Answer `%o16n VERB …`; bare, say where you are and what comes next."""
        return magic(line, cell)

    add: Any = shell.register_magic_function
    add(o16n, "line_cell", "o16n")
    _complete(shell, magic)


class Magic:
    """`%o16n` in one shell: what it shows, it shows once."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self._shown: tuple[int, int] | None = None
        self._line = _Line()

    def __call__(self, line: str, cell: str | None = None) -> Any:
        """Answer one line.

        Raises:
            O16nError: shown as one red line; papermill gets its name and text.
        """
        words = _words(line)
        if cell is not None:
            _supply(self.shell, words, cell)
            return None
        if not words:
            sys.stdout.write(self._where() + "\n")
            return None
        request = self._parse(words)
        if request is None:
            return None
        try:
            result = request.answer(self._face(quiet=request.as_json))
        finally:
            self._line.close()
        if request.as_json:
            sys.stdout.write(json.dumps(result.as_json(), ensure_ascii=False, indent=1) + "\n")
            self._remember(result)
        else:
            self._show(result)
        return result

    def parser(self) -> Any:
        """Return the click group for a notebook."""
        from o16n import grammar, plugins

        return grammar.parser(plugins.names(_VERBS), partial(plugins.load, _VERBS), notebook=True)

    def _parse(self, words: list[str]) -> grammar.Request | None:
        import click

        from o16n import grammar

        try:
            request = self.parser().main(words, prog_name="%o16n", standalone_mode=False)
        except click.ClickException as error:
            raise grammar.explained(error) from None
        return request if isinstance(request, grammar.Request) else None

    def _face(self, *, quiet: bool) -> grammar.Face:
        from o16n import grammar

        names = self.shell.user_ns
        return grammar.Face(
            say=_say_on_stderr if quiet else self._line.say,
            notebook=self._notebook(),
            namespace=names,
            ask=_asker(self.shell),
        )

    def _notebook(self) -> Path | None:
        from o16n.notebook import locate

        return locate.running_notebook(self.shell.user_ns)

    def _where(self) -> str:
        from o16n import grammar, plugins

        notebook = self._notebook()
        verbs = grammar.ordered(plugins.names(_VERBS))
        models = _bound(self.shell.user_ns, "model name")
        following = "package" if models and "package" in verbs else "inspect"
        from o16n import __version__

        return "\n".join(
            [
                f"o16n {__version__}",
                f"notebook: {notebook or 'not found; name it: %o16n VERB NOTEBOOK'}",
                f"models in this kernel: {', '.join(models) or 'none fitted yet'}",
                f"verbs: {', '.join(verbs)}",
                f"next: %o16n {following}",
                "help: %o16n --help, %o16n VERB --help",
            ]
        )

    def _show(self, result: Any) -> None:
        from IPython.display import display

        self._remember(result)
        show: Any = display
        show({"text/plain": str(result), "text/html": result._repr_html_()}, raw=True)

    def _remember(self, result: Any) -> None:
        # The displayhook asks this formatter first: what the magic has shown in this cell is done.
        self._shown = (id(result), self.shell.execution_count)
        formatter: Any = self.shell.display_formatter
        formatter.ipython_display_formatter.for_type(type(result), self._show_unless_shown)

    def _show_unless_shown(self, result: Any) -> None:
        if self._shown == (id(result), self.shell.execution_count):
            self._shown = None
        else:
            self._show(result)
            self._shown = None


def _supply(shell: InteractiveShell, words: list[str], cell: str) -> None:
    """Run the cell that supplies the preparation, in the kernel's names, as any cell is run.

    Raises:
        UsageError: it is not marked `%%o16n recipe`, or defines no `prepare(rows)`.
    """
    from o16n.notebook.preparation import EXAMPLE, defines

    if words != ["recipe"]:
        raise UsageError(
            "only %%o16n recipe takes a cell", hint="use %o16n on a line of its own for all else"
        )
    transform: Any = shell.transform_cell
    text = "\n" + transform(cell)  # below the magic: lines are those of the whole cell
    file = shell.compile.cache(text)
    tree: Any = shell.compile.ast_parse(text, filename=file)
    if not defines(tree):
        raise UsageError("the cell defines no prepare(rows)", hint=f"write {EXAMPLE}")
    shown = tree.body[-1:] if isinstance(tree.body[-1], ast.Expr) else []
    rest = ast.Module(tree.body[: len(tree.body) - len(shown)], [])
    parts: tuple[tuple[Any, str], ...] = ((rest, "exec"), (ast.Interactive(shown), "single"))
    for part, mode in parts:
        code = compile(part, file, mode, flags=int(shell.compile.flags), dont_inherit=True)
        exec(code, shell.user_ns)  # noqa: S102 - the person's own cell


def _words(line: str) -> list[str]:
    undefined = _UNDEFINED.search(line)
    if undefined:
        name = undefined.group()[1:-1]
        raise UsageError(
            f"{{{name}}} is not defined", hint=f"define {name} or leave the braces out"
        )
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UsageError(f"{str(error).lower()}", where=line.strip()) from None


def _say_on_stderr(line: str) -> None:
    sys.stderr.write(" ".join(line.split()) + "\n")
    sys.stderr.flush()


class _Line:
    """Progress in a notebook: one line, which each next one takes over."""

    def __init__(self) -> None:
        self._width = 0

    def say(self, line: str) -> None:
        line = " ".join(line.split())
        sys.stdout.write("\r" + line.ljust(self._width))
        sys.stdout.flush()
        self._width = len(line)

    def close(self) -> None:
        if self._width:
            sys.stdout.write("\n")
            self._width = 0


def _asker(shell: InteractiveShell) -> Callable[[str, Sequence[str]], int] | None:
    if not _attended(shell):
        return None

    def ask(question: str, choices: Sequence[str]) -> int:
        lines = ["", question, *(f"  {n}. {choice}" for n, choice in enumerate(choices, 1))]
        sys.stdout.write("\n".join(lines) + "\n")
        while True:
            word = input(f"1-{len(choices)}: ").strip()
            if word.isdigit() and 1 <= int(word) <= len(choices):
                return int(word) - 1

    return ask


def _attended(shell: InteractiveShell) -> bool:
    if os.environ.get("O16N_NONINTERACTIVE"):
        return False
    # In Jupyter nothing blocks "Run all": the card, or the one red line, says what to type.
    return getattr(shell, "kernel", None) is None and sys.stdin.isatty()


def _bound(names: dict[str, Any], what: str) -> list[str]:
    """Return names bound to models (fit and predict) or data (rows), judged without importing."""

    def fits(value: Any) -> bool:
        if isinstance(value, type):
            return False
        kind = type(value)
        if what == "model name":
            return hasattr(kind, "fit") and hasattr(kind, "predict")
        return hasattr(kind, "shape") and kind.__module__.split(".")[0] in {"pandas", "numpy"}

    return sorted(name for name, value in names.items() if name[:1] != "_" and fits(value))


def _complete(shell: InteractiveShell, magic: Magic) -> None:
    completer = getattr(shell, "Completer", None)
    if completer is None:
        return
    from IPython.core.completer import SimpleCompletion, context_matcher

    @context_matcher()  # type: ignore[untyped-decorator]
    def o16n_matcher(context: Any) -> Any:
        line = context.line_with_cursor[: context.cursor_position]
        found = re.search(r"(?:^|=)\s*%{1,2}o16n\s+(.*)$", line)
        if not found:
            return {"completions": []}
        words = completions(magic, found.group(1))
        if line.startswith("%%") and "recipe".startswith(found.group(1)):
            words.append("recipe")
        return {"completions": [SimpleCompletion(word) for word in words], "suppress": bool(words)}

    completer.custom_matchers.append(o16n_matcher)


def completions(magic: Magic, typed: str) -> list[str]:
    """Return what Tab offers after `%o16n `: verbs, options, choices, or names of the kernel."""
    from o16n import grammar, plugins

    *before, word = typed.split(" ")
    done = [one for one in before if one]
    if not done:
        return [verb for verb in grammar.ordered(plugins.names(_VERBS)) if verb.startswith(word)]
    try:
        options = plugins.load(_VERBS, done[0]).Options
    except O16nError:
        return []
    declared = list(grammar.parameters(options).values())
    flags = {flag: one for one in declared for flag in one.flags}
    name, equals, part = word.partition("=")
    if equals and name in flags:
        return _values(magic, flags[name], part)
    if word.startswith("-"):
        return sorted(flag for flag in [*flags, "--json"] if flag.startswith(word))
    awaited, place = _awaited(done[1:], flags)
    positional = [one for one in declared if not one.flags]
    if awaited is None and place < len(positional):
        awaited = positional[place]
    return _values(magic, awaited, word) if awaited is not None else []


def _awaited(
    done: list[str], flags: dict[str, grammar.Parameter]
) -> tuple[grammar.Parameter | None, int]:
    """Return the option that waits for its value, if one does, and how many arguments are typed."""
    awaited, missing, place = None, 0, 0
    for word in done:
        if missing:
            missing -= 1
        elif word in flags:
            awaited = flags[word]
            missing = {"flag": 0, "pair": 2}.get(awaited.kind, 1)
        elif not word.startswith("-"):
            place += 1
    return (awaited if missing else None), place


def _values(magic: Magic, one: grammar.Parameter, word: str) -> list[str]:
    if one.completes in {"model name", "data name"}:
        offered = _bound(magic.shell.user_ns, one.completes)
    elif one.kind == "path":
        return _paths(word, _WANTED.get(one.completes, _anything))
    else:
        offered = list(one.choices)
    return [value for value in offered if value.startswith(word)]


def _paths(word: str, wanted: Callable[[Path], bool]) -> list[str]:
    """Return what in the typed folder begins so: what is wanted, and folders to look into."""
    typed, begun = os.path.split(word)
    folder = Path(typed or ".").expanduser()
    try:
        inside = sorted(one for one in folder.iterdir() if one.name.startswith(begun))
    except OSError:
        return []
    shown = [one for one in inside if begun[:1] == "." or one.name[:1] != "."][:_MANY]
    prefix = word[: len(word) - len(begun)]
    found = [f"{prefix}{one.name}" for one in shown if wanted(one)]
    folders = [f"{prefix}{one.name}/" for one in shown if one.is_dir() and not wanted(one)]
    if wanted is _is_bundle and not typed:
        found += _paths(f"bundles/{begun}", wanted)
    return [one.replace(" ", "\\ ") for one in [*found, *folders]]


def _is_bundle(path: Path) -> bool:
    return path.suffix == ".zip" or (path / "manifest.json").is_file()


def _anything(path: Path) -> bool:
    return path.is_file()


_WANTED: dict[str, Callable[[Path], bool]] = {
    "notebook": lambda path: path.suffix == ".ipynb",
    "bundle": _is_bundle,
    "data file": lambda path: path.suffix in {".csv", ".tsv", ".parquet", ".json", ".xlsx"},
}
