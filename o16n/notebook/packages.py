"""The packages a notebook imports, with the versions installed here; none of them is imported."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from importlib import metadata, util
from typing import TYPE_CHECKING

from o16n.notebook.notebook import Place
from o16n.notebook.source import python_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from o16n.notebook.notebook import Notebook

INSTALLS = re.compile(
    r"^\s*[!%]?\s*(?:(?:sys\.executable|\{sys\.executable\}|python3?)\s+-m\s+)?(?:pip3?|conda|mamba|uv pip)\s+install\s+(.+)$",
    re.MULTILINE,
)


@dataclass(frozen=True, kw_only=True)
class Package:
    """One imported top-level module and where it is imported first.

    `distribution` and `version` are None where it is not installed in this environment; `local`
    marks a module that lies beside the notebook, `optional` one whose absence the notebook bears
    (inside try or a function), `installed_by` a line that installs it.
    """

    name: str
    place: Place
    distribution: str | None = None
    version: str | None = None
    local: bool = False
    optional: bool = False
    installed_by: Place | None = None

    @property
    def missing(self) -> bool:
        """Not installed here, and not beside the notebook."""
        return self.distribution is None and not self.local


def packages(notebook: Notebook) -> tuple[Package, ...]:
    """Return the imported packages that are not Python's own, by name."""
    seen: dict[str, tuple[Place, bool]] = {}
    for cell in notebook.code:
        tree = python_tree(cell)
        if tree is None:
            continue
        for name, line, optional in _imports(tree.body, optional=False):
            place, before = seen.get(name, (Place(cell=cell.number, line=line), True))
            seen[name] = (place, before and optional)
    here = metadata.packages_distributions() if seen else {}
    folder = notebook.path.resolve().parent if notebook.path is not None else None
    installs = dict(_installs(notebook))
    return tuple(
        _package(name, *seen[name], here, folder, installs)
        for name in sorted(seen, key=str.lower)
        if name not in sys.stdlib_module_names
    )


def _package(
    name: str,
    place: Place,
    optional: bool,  # noqa: FBT001 - from a pair
    here: Mapping[str, list[str]],
    folder: Path | None,
    installs: dict[str, Place],
) -> Package:
    local = folder is not None and any(
        (folder / one).exists() for one in (f"{name}.py", f"{name}/__init__.py", name)
    )
    own = sorted(set(here.get(name, ())))
    distribution = next((one for one in own if _same(one, name)), own[0] if own else None)
    version = metadata.version(distribution) if distribution else None
    if distribution is None and not local and _found(name):
        distribution = name
    by = next((at for what, at in installs.items() if _same(what, distribution or name)), None)
    return Package(
        name=name,
        place=place,
        distribution=distribution,
        version=version,
        local=local and distribution is None,
        optional=optional,
        installed_by=by,
    )


def _same(one: str, other: str) -> bool:
    def plain(text: str) -> str:
        return re.sub(r"[-_.]+", "-", text).lower()

    return plain(one) == plain(other)


def _found(name: str) -> bool:
    """Tell whether a module is importable though no distribution brings it (a path entry)."""
    try:
        return util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False


def _imports(body: list[ast.stmt], *, optional: bool) -> Iterator[tuple[str, int, bool]]:
    """Yield (top-level name, line, whether the notebook bears its absence)."""
    for node in body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.partition(".")[0], node.lineno, optional
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0], node.lineno, optional
        bears = isinstance(node, ast.Try | ast.FunctionDef | ast.AsyncFunctionDef | ast.If)
        for inner in ("body", "orelse", "finalbody"):
            yield from _imports(getattr(node, inner, []), optional=optional or bears)
        for handler in getattr(node, "handlers", []):
            yield from _imports(handler.body, optional=True)


def _installs(notebook: Notebook) -> Iterator[tuple[str, Place]]:
    """Yield what `!pip install` and `%pip install` lines name, with their place."""
    for cell in notebook.code:
        for found in INSTALLS.finditer(cell.source):
            place = Place(cell=cell.number, line=cell.source.count("\n", 0, found.start(1)) + 1)
            for word in found[1].split():
                if not word.startswith("-"):
                    yield re.split(r"[<>=!~\[;@]", word.strip("'\""))[0], place
