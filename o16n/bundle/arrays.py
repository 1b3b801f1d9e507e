"""Hold the arrays of a model file against their own headers, before numpy or scikit-learn reads them."""

from __future__ import annotations

import io
import math
import tokenize
import zipfile
from typing import TYPE_CHECKING, Any

from o16n.bundle.nodes import files_of, plain, walk
from o16n.errors import UnsafeModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

RATIO = 100
SLACK = 4096
SPARSE = {
    f"{part}.npy"
    for part in (
        "format",
        "shape",
        "data",
        "indices",
        "indptr",
        "row",
        "col",
        "offsets",
        "_is_array",
    )
}


def check(root: Any, files: Mapping[str, bytes]) -> None:
    """Refuse arrays that are not what their headers say, and trees with more nodes than they hold.

    Args:
        root: the checked nodes of schema.json.
        files: every other file of the model file.

    Raises:
        UnsafeModel: an array holds objects, its bytes are more or fewer than its shape needs, it is
            compressed beyond reason, or a file is missing or belongs to nothing.
    """
    for node in walk(root):
        if node["__loader__"] == "TreeNode":
            _tree(node, files)
    wanted = set()
    for node in files_of(root):
        name = node["file"]
        wanted.add(name)
        if name not in files:
            raise UnsafeModel(f"has no {name!r}", where="model.skops")
        if node["__loader__"] == "NdArrayNode":
            header(files[name], name)
        elif node["__loader__"] == "SparseMatrixNode":
            _sparse(files[name], name)
    if extra := sorted(files.keys() - wanted):
        raise UnsafeModel(f"holds {extra[0]!r}, which belongs to nothing", where="model.skops")


def header(data: bytes, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return shape and dtype of the .npy bytes `data`, whose length must be what they need.

    Raises:
        UnsafeModel: it is no such file, holds objects, or has another length.
    """
    from numpy.lib import format as npy

    held = io.BytesIO(data)
    try:
        version = npy.read_magic(held)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read(held)
    except (ValueError, TypeError, SyntaxError, RecursionError, tokenize.TokenError) as error:
        raise UnsafeModel(f"{name!r} is not an array: {error}", where="model.skops") from error
    if dtype.hasobject:
        raise UnsafeModel(f"{name!r} is an array of objects", where="model.skops")
    length = math.prod(shape) * dtype.itemsize
    if min(shape, default=0) < 0 or length != len(data) - held.tell():
        raise UnsafeModel(f"{name!r} has another length than its shape needs", where="model.skops")
    return shape, dtype


def entries(data: bytes, where: str) -> dict[str, bytes]:
    """Return the files of a zip inside a model file, none inflated beyond reason.

    Raises:
        UnsafeModel: it is no zip, names an entry twice, or inflates to more than 100 times its size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            fault = _fault_of(infos, len(data))
            found = {} if fault else {one.filename: archive.read(one) for one in infos}
    except Exception as error:  # zlib.error, struct.error and more: zipfile documents no closed set
        raise UnsafeModel(f"is not a .skops file: {error}", where=where) from error
    if fault:
        raise UnsafeModel(fault, where=where)
    return found


def _fault_of(infos: list[zipfile.ZipInfo], size: int) -> str | None:
    if len({one.filename for one in infos}) < len(infos):
        return "holds two entries of one name"
    if sum(one.compress_size for one in infos) > size:
        return "has entries that lie over each other"
    for one in infos:
        if one.file_size > RATIO * one.compress_size + SLACK:
            return f"{one.filename!r} is compressed beyond reason"
    return None


def _sparse(data: bytes, name: str) -> None:
    held = entries(data, "model.skops")
    if not held.keys() <= SPARSE:
        raise UnsafeModel(f"{name!r} is not a sparse matrix", where="model.skops")
    for part, content in held.items():
        header(content, f"{name}/{part}")


def _tree(node: Any, files: Mapping[str, bytes]) -> None:
    """A `Tree` copies what its counts say: they must be the lengths of the arrays beside them."""
    args, state = node["__reduce__"]["args"], node["content"]
    try:
        _, classes, outputs = args["content"]
        nodes = header(files[state["content"]["nodes"]["file"]], "nodes")[0]
        ends = header(files[classes["file"]], "n_classes")[0]
        counts = plain(state["content"]["node_count"]), plain(outputs)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnsafeModel("a Tree is damaged: parts are missing", where="model.skops") from error
    if counts != (*nodes[:1], *ends[:1]) or any(type(one) is not int for one in counts):
        raise UnsafeModel(
            "a Tree is damaged: it counts other nodes or outputs than it holds", where="model.skops"
        )
