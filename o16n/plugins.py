"""Find plugin modules by file name and by entry point; import one only when it is used."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING

from o16n.errors import UnknownName

if TYPE_CHECKING:
    from types import ModuleType


@cache
def names(package: str) -> tuple[str, ...]:
    """Return the plugin names of `package`, such as `o16n.readiness.checks`, without importing one."""
    spec = importlib.util.find_spec(package)
    places = spec.submodule_search_locations if spec else None
    own = {module.name for module in pkgutil.iter_modules(places or [])}
    return tuple(sorted(own | brought(package).keys()))


@cache
def brought(package: str) -> dict[str, metadata.EntryPoint]:
    """Return what other distributions bring to `package`, by name: reading their metadata is slow."""
    return {entry.name: entry for entry in metadata.entry_points(group=package)}


def load(package: str, name: str) -> ModuleType:
    """Import the plugin `name` of `package`.

    Raises:
        UnknownName: there is no such plugin.
    """
    if name not in names(package):
        raise UnknownName(package.rpartition(".")[2].rstrip("s"), name, names(package))
    if (entry := brought(package).get(name)) is not None:
        module: ModuleType = entry.load()
        return module
    return importlib.import_module(f"{package}.{name}")
