"""How a verb declares what it takes and what it gives; the shell and the magic both read this.

A verb module under `verbs/` has a docstring (its first line is the help), a frozen dataclass
`Options` whose fields are made by `argument` and `option`, and `run(options, face) -> Result`.
"""

from __future__ import annotations

import dataclasses
import shlex
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, Protocol

from o16n.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import ModuleType

    import click

ORDER = (
    "init", "demo", "inspect", "run", "sweep", "runs", "package", "explain", "check", "report",
    "verify", "approve", "score", "serve", "export", "monitor", "promote", "panel",
)  # fmt: skip

Kind = Literal["text", "path", "number", "integer", "flag", "pair", "choice"]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One argument (no flags) or option of a verb.

    `default_notebook` marks an argument that is the running notebook when typed in one. `pair`
    takes two words (`-p NAME VALUE`). `completes` says what Tab offers: names bound in the kernel
    to models or data, notebooks, bundles.
    """

    help: str
    kind: Kind = "text"
    flags: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    metavar: str = ""
    required: bool = False
    multiple: bool = False
    default_notebook: bool = False
    completes: Literal["", "notebook", "bundle", "data file", "model name", "data name"] = ""


def argument(help_text: str, *, default: Any = dataclasses.MISSING, **how: Any) -> Any:
    """Declare a positional argument; without `default` it is required."""
    required = default is dataclasses.MISSING and not how.get("default_notebook")
    if how.get("multiple") and default is None:
        default = ()
    value = None if default is dataclasses.MISSING else default
    parameter = Parameter(help=help_text, required=required, **how)
    return field(default=value, metadata={"parameter": parameter})


def option(*flags: str, help: str, default: Any = None, **how: Any) -> Any:  # noqa: A002 - click's word
    """Declare an option; `multiple` ones default to ()."""
    if how.get("multiple") and default is None:
        default = ()
    if how.get("kind") == "flag" and default is None:
        default = False
    return field(default=default, metadata={"parameter": Parameter(help=help, flags=flags, **how)})


def parameters(options: type) -> dict[str, Parameter]:
    """Return the declared parameters of an `Options` dataclass by field name, in order."""
    return {one.name: one.metadata["parameter"] for one in dataclasses.fields(options)}


@dataclass(frozen=True, kw_only=True)
class Face:
    """Where a verb was typed, and how it can talk while it works.

    `notebook` is the running notebook and `namespace` the kernel's names (None in a shell); `say`
    takes one line of progress, which the next one replaces where `live`; `tell` takes a line that
    stays, and is `say` where nothing is replaced; `ask(question, choices)` returns the index of the
    answer and is None where nobody can answer.
    """

    say: Callable[[str], None]
    tell: Callable[[str], None] | None = None
    live: bool = False
    notebook: Path | None = None
    namespace: dict[str, Any] | None = None
    ask: Callable[[str, Sequence[str]], int] | None = None

    def note(self, line: str) -> None:
        """Say a line that stays."""
        (self.tell or self.say)(line)


def silent(_: str) -> None:
    """Say nothing."""


SILENT = Face(say=silent)


class Result(Protocol):
    """What a verb returns: text by `str`, HTML for a card, JSON for machines, an exit code."""

    @property
    def exit_code(self) -> int:
        """0 done, 1 the answer is no, 3 the notebook itself failed."""
        ...

    def __str__(self) -> str: ...

    def _repr_html_(self) -> str: ...

    def as_json(self) -> dict[str, Any]:
        """Return the machine-readable result."""
        ...


@dataclass(frozen=True, kw_only=True)
class Request:
    """A parsed line: the verb, its module, its options, and whether JSON is wanted."""

    verb: str
    module: ModuleType
    options: Any
    as_json: bool

    def answer(self, face: Face) -> Result:
        """Run the verb as typed on `face`.

        Raises:
            O16nError: whatever the verb refuses.
        """
        result: Result = self.module.run(self.options, face)
        return result


def explained(error: click.ClickException) -> UsageError:
    """Return what click found wrong in o16n's words: one line, with the nearest names that exist."""
    import click

    context = error.ctx if isinstance(error, click.UsageError) else None
    where = context.command_path if context else ""
    if context and isinstance(error, click.NoSuchOption):
        known = [flag for one in context.command.get_params(context) for flag in one.opts]
        return UnknownName("option", error.option_name, known, where=where)
    hint = ""
    if context and isinstance(error, click.MissingParameter):
        hint = " ".join(context.command.get_usage(context).split()).replace("Usage", "usage", 1)
    words = " ".join(error.format_message().split()).rstrip(".")
    return UsageError(words[:1].lower() + words[1:], where=where, hint=hint)


def ordered(names: Sequence[str]) -> list[str]:
    """Return verbs in the grammar's order, those of third parties after them."""
    return sorted(names, key=lambda name: (ORDER.index(name) if name in ORDER else 99, name))


def quoted(word: str) -> str:
    """Return a word as it is typed in a shell and after `%o16n`: `"models['rf']"`."""
    if "'" in word and not any(sign in word for sign in '"$`\\'):
        return f'"{word}"'
    return shlex.quote(word)


def parser(
    names: Sequence[str], load: Callable[[str], ModuleType], *, notebook: bool = False
) -> click.Group:
    """Build the click group over verbs that are imported when asked for.

    With `notebook`, an argument marked `default_notebook` may be left out and arrives as None: the
    verb takes `face.notebook`. Called with `standalone_mode=False` the group returns a Request.
    """
    import click

    class Verbs(click.Group):
        def list_commands(self, _context: click.Context) -> list[str]:
            return ordered(names)

        def get_command(self, _context: click.Context, cmd_name: str) -> click.Command | None:
            return _command(cmd_name, load(cmd_name), notebook) if cmd_name in names else None

        def resolve_command(
            self, ctx: click.Context, args: list[str]
        ) -> tuple[str | None, click.Command | None, list[str]]:
            word = args[0] if args else ""
            if word and not word.startswith("-") and word not in names:
                raise UnknownName("verb", word, names)
            return super().resolve_command(ctx, args)

    # The root brings the faces, which read this module: by name, so that layers stay layers. Metadata
    # of a distribution is missing where a checkout is used as it lies.
    version = import_module("o16n").__version__
    group = Verbs(
        "o16n",
        help="From a training notebook to a model that operations can run and a reviewer can sign.",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    return click.version_option(version, prog_name="o16n", message="%(prog)s %(version)s")(group)


def _command(verb: str, module: ModuleType, notebook: bool) -> click.Command:  # noqa: FBT001
    import click

    def ask(**values: Any) -> Request:
        as_json = values.pop("as_json")
        values = {name: value for name, value in values.items() if value is not None}
        return Request(verb=verb, module=module, options=module.Options(**values), as_json=as_json)

    declared = [
        _click_parameter(name, one, notebook) for name, one in parameters(module.Options).items()
    ]
    json_option = click.Option(
        ["--json", "as_json"], is_flag=True, help="Machine-readable result on stdout."
    )
    doc = (module.__doc__ or verb).strip()
    return click.Command(
        verb,
        callback=ask,
        params=[*declared, json_option],
        help=doc,
        short_help=doc.splitlines()[0],
    )


def _click_parameter(name: str, one: Parameter, notebook: bool) -> click.Parameter:  # noqa: FBT001
    import click

    kind = _click_type(name, one)
    if not one.flags:
        required = one.required or (one.default_notebook and not notebook)
        shown = (one.metavar or name.upper()) + ("..." if one.multiple else "")
        return click.Argument(
            [name],
            type=kind,
            required=required,
            nargs=-1 if one.multiple else 1,
            metavar=shown if required else f"[{shown}]",
        )
    how: dict[str, Any] = {"help": one.help, "required": one.required, "multiple": one.multiple}
    if one.kind == "flag":
        return click.Option([*one.flags, name], is_flag=True, default=False, **how)
    nargs = 2 if one.kind == "pair" else 1
    return click.Option(
        [*one.flags, name], type=kind, nargs=nargs, metavar=one.metavar or None, **how
    )


def _click_type(name: str, one: Parameter) -> Any:
    from pathlib import Path

    import click

    class OneOf(click.Choice[str]):
        def convert(self, value: Any, *_: Any) -> Any:
            if value not in self.choices:
                raise UnknownName(one.metavar or name.upper(), value, self.choices)
            return value

    types: dict[str, Any] = {"number": click.FLOAT, "integer": click.INT}
    if one.kind == "choice":
        return OneOf(one.choices)
    if one.kind == "path":
        return click.Path(path_type=Path)
    return types.get(one.kind, click.STRING)
