"""How a verb declares what it takes and what it gives; the shell and the magic both read this.

A verb module under `verbs/` has a docstring (its first line is the help), a frozen dataclass
`Options` whose fields are made by `argument` and `option`, and `run(options, face) -> Result`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

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
    takes one line of progress; `ask(question, choices)` returns the index of the answer and is None
    where nobody can answer.
    """

    say: Callable[[str], None]
    notebook: Path | None = None
    namespace: dict[str, Any] | None = None
    ask: Callable[[str, Sequence[str]], int] | None = None


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
