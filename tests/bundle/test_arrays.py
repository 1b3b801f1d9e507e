"""Arrays are what their headers say, and a model file inflates to nothing unreasonable."""

from __future__ import annotations

import io
import struct
import zipfile

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from o16n.bundle import arrays
from o16n.bundle.model_file import dump_model, load_model
from o16n.errors import UnsafeModel
from tests.bundle.tampering import node, nodes, npy, packed, parts, value, with_root, with_schema

X, Y = load_breast_cancer(return_X_y=True)
TREE = dump_model(DecisionTreeClassifier(max_depth=2, random_state=0).fit(X[:, :3], Y))
ARRAY = node("NdArrayNode", "numpy", "ndarray", type="numpy", file="a.npy")


def _objects():
    held = io.BytesIO()
    np.save(held, np.array([print, None], dtype=object), allow_pickle=True)
    return held.getvalue()


def _fields_of_objects():
    return npy(np.zeros(2, "<i8")).replace(b"'descr': '<i8'", b"'descr': '|O' ")


def _header(text, body=b""):
    head = text.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + body


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (_objects(), "array of objects"),
        (_fields_of_objects(), "array of objects"),
        (_header("{'descr': [('a', '|O')], 'fortran_order': False, 'shape': (1,)}", bytes(8)), "objects"),
        (_header("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", bytes(8)), "length"),
        (_header("{'descr': '<f8', 'fortran_order': False, 'shape': (10**18,)}"), "not an array"),
        (_header("{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999,)}"), "length"),
        (_header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", bytes(8)), "length|not an"),
        (_header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -1)}", bytes(8)), "length|not an"),
        (_header("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", bytes(9)), "length"),
        (_header("{'descr': '<f8', 'shape': (1,)}", bytes(8)), "not an array"),
        (_header("__import__('os').system('true')"), "not an array"),
        (_header("(" * 5000), "not an array"),
        (_header("{'descr': 'nonsense', 'fortran_order': False, 'shape': (1,)}"), "not an array"),
        (b"", "not an array"),
        (b"\x93NUMPY\x09\x00", "not an array"),
        (b"\x80\x04K\x01.", "not an array"),  # a pickle
        (packed({"x.npy": npy(np.zeros(3))}), "not an array"),  # np.load would return an archive
    ],
    ids=range(17),
)  # fmt: skip
def test_an_array_that_is_not_what_it_says_is_refused_before_numpy_reads_it(content, match):
    with pytest.raises(UnsafeModel, match=match):
        load_model(with_root(ARRAY, a=content))


@pytest.mark.parametrize(
    "array",
    [np.arange(6).reshape(2, 3), np.asfortranarray(np.ones((3, 2))), np.array(3.5), np.zeros((0, 4)),
     np.array(["a", "é"]), np.array([True]), np.array(["2020-01-01"], "M8[ns]"),
     np.zeros(2, [("a", "<f8"), ("b", "<i4")])],
    ids=str,
)  # fmt: skip
def test_an_honest_array_is_loaded_bit_for_bit(array):
    found = load_model(with_root(ARRAY, a=npy(array)))
    assert found.dtype == array.dtype
    assert found.shape == array.shape
    assert found.tobytes() == array.tobytes()


def test_a_file_that_is_missing_or_belongs_to_nothing_is_refused():
    with pytest.raises(UnsafeModel, match=r"has no 'a\.npy'"):
        load_model(with_root(ARRAY))
    with pytest.raises(UnsafeModel, match=r"holds 'b\.npy', which belongs to nothing"):
        load_model(with_root(ARRAY, a=npy(X), b=npy(X)))


@pytest.mark.parametrize("name", ["../a.npy", "/etc/passwd", "a\\b.npy", "x/a.npy", 7, None])
def test_a_file_outside_the_model_file_is_not_asked_for(name):
    with pytest.raises(UnsafeModel):
        load_model(with_root({**ARRAY, "file": name}, a=npy(X)))


def _counts(change):
    def tamper(schema):
        for one in nodes(schema):
            if one.get("__loader__") == "TreeNode":
                change(one)

    return with_schema(TREE, tamper)


def _set(one, path, told):
    for step in path[:-1]:
        one = one[step]
    one[path[-1]] = told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (("content", "content", "node_count"), value(10**9)),
        (("content", "content", "node_count"), value(-1)),
        (("content", "content", "node_count"), value(1)),
        (("content", "content", "node_count"), value(7.0)),
        (("content", "content", "node_count"), value("7")),
        (("content", "content", "node_count"), value(True)),  # noqa: FBT003 - the value under test
        (("__reduce__", "args", "content", 2), value(10**6)),
        (("__reduce__", "args", "content", 2), value(0)),
        (("__reduce__", "args", "content", 1), value(2)),
        (("__reduce__", "args", "content"), [value(3)]),
        (("__reduce__", "args"), value(3)),
        (("content",), value({})),
    ],
    ids=range(12),
)
def test_a_tree_that_counts_more_than_it_holds_is_refused_before_it_is_made(path, told):
    with pytest.raises(UnsafeModel, match="a Tree is damaged"):
        load_model(_counts(lambda one: _set(one, path, told)))


def test_a_bomb_is_refused_before_it_is_inflated(monkeypatch):
    data = packed({"schema.json": b" " * 2**26})
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("inflated"))
    assert len(data) < 2**17
    with pytest.raises(UnsafeModel, match="compressed beyond reason"):
        load_model(data)


def test_a_bomb_inside_a_sparse_matrix_is_refused():
    inner = packed({"data.npy": bytes(2**26)})
    one = node("SparseMatrixNode", "scipy.sparse._csr", "csr_matrix", type="scipy", file="m.npy")
    with pytest.raises(UnsafeModel, match=r"data\.npy.*compressed beyond reason"):
        load_model(with_root(one, m=inner))


def _npz(**parts_):
    held = io.BytesIO()
    np.savez(held, **parts_)
    return held.getvalue()


GOOD = sparse.csr_matrix(np.eye(3))
SPARSE = {"format": np.array("csr"), "shape": (3, 3), "data": GOOD.data, "indices": GOOD.indices, "indptr": GOOD.indptr}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"indices": np.array([0, 1, 2_000_000_000], "int32")},
        {"indices": np.array([0, 1, -7], "int32")},
        {"indptr": np.array([0, 1, 2, 900], "int32")},
        {"indptr": np.array([0, 5, 2, 3], "int32")},
        {"shape": np.array([3, 1])},
        {"shape": np.array([9, 3])},
        {"format": np.array("xyz")},
        {"more": np.zeros(1)},
        {"data": np.array([1.0])},
    ],
    ids=range(9),
)
def test_a_sparse_matrix_whose_parts_do_not_fit_is_refused(change):
    one = node("SparseMatrixNode", "scipy.sparse._csr", "csr_matrix", type="scipy", file="m.npy")
    assert (load_model(with_root(one, m=_npz(**SPARSE))).toarray() == np.eye(3)).all()
    with pytest.raises(UnsafeModel):
        load_model(with_root(one, m=_npz(**{**SPARSE, **change})))


def test_a_model_of_a_million_zeros_is_written_so_that_it_is_read_again():
    scaler = StandardScaler().fit(np.zeros((2, 300_000)))
    data = dump_model(scaler)
    assert (load_model(data).var_ == scaler.var_).all()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused():
    held = io.BytesIO(dump_model(LogisticRegression(max_iter=5)))
    with zipfile.ZipFile(held, "a") as file:
        file.writestr("schema.json", b"{}")
    with pytest.raises(UnsafeModel, match="two entries of one name"):
        load_model(held.getvalue())


@pytest.mark.parametrize("at", range(0, len(TREE), 97))
def test_any_changed_byte_ends_in_one_line_or_in_a_model_that_does_not_harm(at):
    changed = TREE[:at] + bytes([TREE[at] ^ 0x55]) + TREE[at + 1 :]
    try:
        load_model(changed).predict(X[:20, :3])
    except UnsafeModel as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right


def test_an_array_as_large_as_its_file_is_the_most_that_is_made():
    assert arrays.RATIO == 100
    assert arrays.header(npy(X), "x") == (X.shape, X.dtype)
    assert parts(TREE).keys() >= {"schema.json", "00000.npy"}
