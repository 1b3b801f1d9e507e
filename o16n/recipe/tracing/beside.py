"""Modules that lie beside the notebook are its own code: they are traced like its cells."""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.notebook.source import parsed
from o16n.recipe.tracing.instrument import HOOKS, file_of, instrumented

if TYPE_CHECKING:
    import types
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec

    from o16n.recipe.tracing.hooks import Hooks


class Beside(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules in the notebook's folder, and runs them rewritten."""

    def __init__(self, folder: Path, hooks: Hooks) -> None:
        self.folder, self.hooks = folder, hooks

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,
        target: Any = None,  # noqa: ARG002 - the import system's own form
    ) -> ModuleSpec | None:
        """Return a spec for a module beside the notebook, None for any other."""
        file = self._file(name) if name.partition(".")[0] != "o16n" else None
        if path is not None and not all(self.folder in Path(one).parents for one in path):
            return None
        return importlib.util.spec_from_loader(name, self, origin=str(file)) if file else None

    def _file(self, name: str) -> Path | None:
        file = self.folder.joinpath(*name.split(".")).with_suffix(".py")
        return file if file.is_file() else None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType | None:  # noqa: ARG002
        """Let Python make the module."""
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the module's statements, rewritten."""
        file = self._file(module.__name__)
        assert file is not None
        source = file.read_text(encoding="utf-8")
        space = module.__dict__
        space[HOOKS] = self.hooks
        self.hooks.own_modules.add(module.__name__)
        texts = self.hooks.recorder.texts
        for statement in instrumented(texts, 0, source, parsed(source), file=file.name):
            exec(compile(statement, f"{file_of(0)} {file.name}", "exec", dont_inherit=True), space)  # noqa: S102


def trace_beside(folder: Path, hooks: Hooks) -> Beside:
    """Have modules beside the notebook traced from now on; take the finder from `sys.meta_path` after."""
    finder = Beside(folder, hooks)
    sys.meta_path.insert(0, finder)
    return finder
