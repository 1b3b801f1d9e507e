"""Drawing costs nothing in the trace: plotting libraries are replaced by something that answers anything."""

from __future__ import annotations

import importlib.machinery
import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LIBRARIES = frozenset(
    {"matplotlib", "seaborn", "plotly", "bokeh", "altair", "pylab", "mpl_toolkits", "wordcloud",
     "missingno", "yellowbrick", "cufflinks", "folium", "graphviz", "pydotplus", "shap", "lime",
     "plotnine", "pandas_profiling", "ydata_profiling", "sweetviz", "dtreeviz", "scikitplot",
     "mlxtend.plotting", "hvplot", "holoviews", "pygal", "squarify", "eli5", "ipywidgets"}
)  # fmt: skip
DRAWING = frozenset({"plot", "hist", "boxplot", "iplot"})


class Silent:
    """Answers any attribute, call, subscript and operator with itself."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return CALLED.get(name, self)

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Decorate a function with nothing, answer anything else with itself."""
        only = len(args) == 1 and not options and isinstance(args[0], types.FunctionType)
        return args[0] if only else self

    def __getitem__(self, key: Any) -> Any:
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        """Forget it."""

    def __iter__(self) -> Iterator[Any]:
        return iter((self,))

    def __len__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        """Leave."""

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (Silent,)


SILENT: Any = Silent()
for _name in ("add", "sub", "mul", "truediv", "pow", "mod", "radd", "rsub", "rmul", "rtruediv", "neg",
              "lt", "gt", "le", "ge"):  # fmt: skip
    setattr(Silent, f"__{_name}__", lambda self, *_: self)


def _subplots(rows: Any = 1, columns: Any = 1, **options: Any) -> tuple[Any, Any]:
    """Return a figure and as many axes as `plt.subplots` would, in its shape."""
    import numpy as np

    rows, columns = options.get("nrows", rows), options.get("ncols", columns)
    axes = np.empty((rows, columns), dtype=object)
    axes.fill(SILENT)
    if not options.get("squeeze", True):
        return SILENT, axes
    return SILENT, (axes.item() if axes.size == 1 else axes.squeeze())


def _hist(*_: Any, **__: Any) -> tuple[Any, Any, Any]:
    return SILENT, SILENT, SILENT


CALLED: dict[str, Any] = {"subplots": _subplots, "hist": _hist, "show": lambda *_, **__: None}


def is_silent(value: Any) -> bool:
    """Tell whether a value stands for a plotting library's."""
    return (
        type(value) is Silent
        or isinstance(value, SilentModule)
        or any(value is one for one in CALLED.values())
    )


class SilentModule(types.ModuleType):
    """A plotting library that draws nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return CALLED.get(name, SILENT)


class Silencer:
    """Finds a silent module for every plotting library (an import hook)."""

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - the import system's own form
        target: Any = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        """Return a spec for a plotting library, None for any other module."""
        if name.partition(".")[0] not in LIBRARIES and name not in LIBRARIES:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Return an empty module that answers anything."""
        return SilentModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Have a star import bring what people use from it."""
        module.__dict__["__all__"] = []


def silence() -> None:
    """Replace plotting libraries from now on, in this process."""
    sys.meta_path.insert(0, Silencer())
