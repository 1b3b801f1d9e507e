"""Where a notebook's text reads data from, and whether what it names is there."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from o16n.notebook.notebook import Place
from o16n.notebook.outline import Outline, outline
from o16n.notebook.values import Text
from o16n.privacy import strip_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.notebook.expressions import Called
    from o16n.notebook.notebook import Notebook

SourceKind = Literal["local", "remote", "bundled", "generated", "SQL", "computed"]

TABLES = ("pandas.", "polars.", "dask.dataframe.", "geopandas.", "modin.pandas.", "cudf.")
SQL = re.compile(r"\.read_(?:sql|sql_query|sql_table|gbq|database|database_uri)$")
READS = re.compile(r"\.(?:read|scan)_(?!sql|gbq|database|clipboard)\w+$")
FILES = frozenset(
    {
        *("numpy.load", "numpy.loadtxt", "numpy.genfromtxt", "numpy.fromfile", "joblib.load"),
        *("scipy.io.loadmat", "scipy.io.arff.loadarff", "h5py.File", "netCDF4.Dataset"),
        *("xarray.open_dataset", "pyarrow.parquet.read_table", "PIL.Image.open", "cv2.imread"),
        *("builtins.open", "io.open", "pandas.ExcelFile", "pandas.HDFStore"),
    }
)
REMOTE = (
    *("sklearn.datasets.fetch_", "requests.get", "urllib.request.url", "seaborn.load_dataset"),
    *("datasets.load_dataset", "openml.", "kagglehub.", "ucimlrepo.fetch", "yfinance.", "wget."),
    *("statsmodels.api.datasets.get_rdataset", "gdown.", "tensorflow_datasets.load"),
)
DATABASES = ("sqlite3.connect", "sqlalchemy.create_engine", "duckdb.connect", "psycopg2.connect")
ARGUMENTS = (
    "filepath_or_buffer",
    "path_or_buf",
    "path",
    "io",
    "source",
    "fname",
    "file",
    "filename",
)
WRITES = re.compile(
    r"^\?\.(?:to_(?:csv|parquet|excel|json|feather|pickle|hdf|stata)|write_(?:csv|parquet)|save|savefig|extractall|extract|download)$"
)
FETCHES = re.compile(
    r"^\s*!\s*(wget|curl|gdown|kaggle|git clone|unzip|tar|aws s3|gsutil)\b.*$", re.MULTILINE
)
MOVES = re.compile(r"^\s*%cd\b", re.MULTILINE)
CALL_TEXT = 60


@dataclass(frozen=True, kw_only=True)
class DataSource:
    """One read: the call as a person would say it, what it names, and where in the notebook.

    `exists` is None where that cannot be told: remote, computed, or read from a moved directory.
    `location` never holds the user or password of an address.
    """

    call: str
    location: str
    kind: SourceKind
    place: Place
    exists: bool | None = None
    absolute: bool = False


def data_sources(notebook: Notebook, *, told: Outline | None = None) -> tuple[DataSource, ...]:
    """Return the reads of a notebook's text, each once; nothing is opened or fetched."""
    told = told or outline(notebook)
    folder = None if _moves(notebook, told) else _folder(notebook)
    written = set(_written(told))
    found: dict[tuple[str, Place], DataSource] = {}
    for call in told.calls:
        for source in _sources(call, folder, written):
            found.setdefault((source.location, source.place), source)
    for source in _fetched_by_shell(notebook):
        found.setdefault((source.location, source.place), source)
    return tuple(sorted(found.values(), key=lambda s: (s.place.cell, s.place.line or 0)))


def fetches(notebook: Notebook, told: Outline) -> bool:
    """Tell whether the notebook may bring files of its own: a download, an archive, a write."""
    shell = any(FETCHES.search(cell.source) for cell in notebook.code)
    return shell or any(
        call.name.startswith(REMOTE) or WRITES.match(call.name) for call in told.calls
    )


def _sources(call: Called, folder: Path | None, written: set[str]) -> Iterator[DataSource]:
    name, kind = call.name, _kind(call)
    if kind is None:
        return
    shown = _shown(name)
    if kind != "computed":
        yield DataSource(call=shown, location=_named(call, kind), kind=kind, place=call.place)
        return
    paths = _paths(call)
    if not paths:
        given = call.node.args[0] if call.node.args else None
        text = ast.unparse(given) if given is not None else "?"
        text = strip_credentials(text if len(text) <= CALL_TEXT else text[: CALL_TEXT - 1] + "…")
        yield DataSource(call=shown, location=text, kind="computed", place=call.place)
    for path in paths:
        yield _file(shown, path, call.place, folder, written)


def _kind(call: Called) -> SourceKind | None:
    """Return the kind that the call's name tells, `computed` for a reader of files, None for no read."""
    name = call.name
    if name.startswith("sklearn.datasets.make_"):
        return "generated"
    if name.startswith(("sklearn.datasets.load_", "palmerpenguins.load_", "vega_datasets.")):
        return "bundled"
    if name.startswith(REMOTE) or re.match(
        r"(?:tensorflow\.)?keras\.datasets\.\w+\.load_data", name
    ):
        return "remote"
    if name in DATABASES or (name.startswith(TABLES) and SQL.search(name)):
        return "SQL"
    if name in FILES:
        return "computed" if _is_read(call) else None
    return "computed" if name.startswith(TABLES) and READS.search(name) else None


def _is_read(call: Called) -> bool:
    if not call.name.endswith(("builtins.open", "io.open")):
        return True
    given = call.args[1:2] or [call.options.get("mode", ())]
    return not any(isinstance(v, Text) and set(v.text) & set("wax") for v in given[0])


def _paths(call: Called) -> list[str]:
    values = call.args[0] if call.args else ()
    for name in ARGUMENTS:
        values = values or call.options.get(name, ())
    return [value.text for value in values if isinstance(value, Text)]


def _named(call: Called, kind: SourceKind) -> str:
    """Return what a read without a file names: a table, a data set, an address."""
    texts = [v.text for values in call.args[:1] for v in values if isinstance(v, Text)]
    if kind in ("bundled", "generated") or not texts:
        return call.name.rpartition(".")[2]
    text = " ".join(strip_credentials(texts[0]).split())
    return text if len(text) <= CALL_TEXT else text[: CALL_TEXT - 1] + "…"


def _file(
    shown: str, path: str, place: Place, folder: Path | None, written: set[str]
) -> DataSource:
    if "://" in path and not path.startswith("file://"):
        return DataSource(call=shown, location=strip_credentials(path), kind="remote", place=place)
    text = path.removeprefix("file://").removeprefix("./")
    absolute = is_absolute(text)
    exists: bool | None = None
    if (folder is not None or absolute) and text not in written:
        exists = _there(text, folder)
    return DataSource(
        call=shown, location=text, kind="local", place=place, exists=exists, absolute=absolute
    )


def is_absolute(text: str) -> bool:
    """Tell whether a path names one machine: from the root, a drive or a home."""
    return bool(re.match(r"(?:/[^/\s]|~[/\\]|[A-Za-z]:[\\/]|\\\\\w)", text))


def _there(text: str, folder: Path | None) -> bool | None:
    try:
        path = Path(text).expanduser()
        if not path.is_absolute() and folder is None:
            return None
        whole = (folder / path) if folder is not None else path
        return any(whole.parent.glob(whole.name)) if "*" in whole.name else whole.exists()
    except (OSError, ValueError, RuntimeError):
        return None


def _written(told: Outline) -> Iterator[str]:
    """Yield the paths that the notebook writes itself, before or after."""
    for call in told.calls:
        writes = WRITES.match(call.name) or call.name.startswith(("joblib.dump", "numpy.save"))
        opened = call.name.endswith("open") and not _is_read(call)
        if writes or opened or call.name == "urllib.request.urlretrieve":
            for values in (*call.args, *call.options.values()):
                for value in values:
                    if isinstance(value, Text):
                        yield from (value.text, f"{value.text}.npy", f"{value.text}.npz")


def _moves(notebook: Notebook, told: Outline) -> bool:
    """Tell whether the notebook changes its working directory."""
    chdir = any(call.name in ("os.chdir", "contextlib.chdir") for call in told.calls)
    return chdir or any(MOVES.search(cell.source) for cell in notebook.code)


def _folder(notebook: Notebook) -> Path | None:
    return notebook.path.resolve().parent if notebook.path is not None else Path.cwd()


def _shown(name: str) -> str:
    """Return the call as notebooks write it: `pd.read_csv`, `load_iris`."""
    owner, _, short = name.rpartition(".")
    nick = {"pandas": "pd", "numpy": "np", "polars": "pl", "builtins": ""}.get(owner)
    if nick is None:
        return short if owner.startswith(("sklearn.", "urllib.", "pathlib")) else name
    return f"{nick}.{short}" if nick else short


def _fetched_by_shell(notebook: Notebook) -> Iterator[DataSource]:
    for cell in notebook.code:
        for found in FETCHES.finditer(cell.source):
            word = found[1]
            if word in ("unzip", "tar"):
                continue
            line = cell.source.count("\n", 0, found.start(1)) + 1
            address = re.search(r"\w+://\S+", found[0])
            text = strip_credentials(address[0].strip("'\"") if address else found[0].strip(" !"))
            yield DataSource(
                call=f"!{word}",
                location=text[:CALL_TEXT],
                kind="remote",
                place=Place(cell=cell.number, line=line),
            )
