"""A file answers as the same rows in memory do, or is refused with the place and what to do."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o16n.bundle.schema import Column, Outputs, Schema
from o16n.bundle.schema_of import infer_schema
from o16n.errors import UsageError
from o16n.scoring.batch import MISSING, read_rows
from o16n.scoring.validate import check_rows

FRAME = pd.DataFrame(
    {"age": [39, 40], "income": [1.5, None], "city": ["Graz", "Wien"], "job": ["none", None]}
)
SCHEMA = infer_schema(pd.concat([FRAME] * 4, ignore_index=True), Outputs(task="regression"))
SAME = FRAME.astype("object").where(FRAME.notna(), None)


def _read(tmp_path, data, name="a.csv", **how):
    (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_rows(tmp_path / name, SCHEMA, **how)


def _usable(frame):
    return check_rows(frame, SCHEMA).usable()


TEXT = "age,income,city,job\n39,1.5,Graz,none\n40,,Wien,\n"
SPELLINGS = {
    "plain.csv": TEXT,
    "crlf.csv": TEXT.replace("\n", "\r\n"),
    "no end.csv": TEXT.rstrip("\n"),
    "semicolon.csv": TEXT.replace(",", ";"),
    "pipe.csv": TEXT.replace(",", "|"),
    "tab.csv": TEXT.replace(",", "\t"),
    "tab.tsv": TEXT.replace(",", "\t"),
    "quoted.csv": '"age","income","city","job"\n"39","1.5","Graz","none"\n"40","","Wien",""\n',
    "utf8 mark.csv": TEXT.encode("utf-8-sig"),
    "utf16.csv": TEXT.encode("utf-16"),
    "utf32.csv": TEXT.encode("utf-32"),
    "reordered.csv": "city,job,income,age\nGraz,none,1.5,39\nWien,,,40\n",
    "extra.csv": "id,age,income,city,job\n7,39,1.5,Graz,none\n8,40,,Wien,\n",
    "blank lines.csv": TEXT.replace("\n", "\n\n"),
    "words.csv": TEXT.replace("40,,Wien,", "40,NaN,Wien,NULL"),
    "upper.CSV": TEXT,
    "rows.json": json.dumps(SAME.to_dict(orient="records")),
    "lines.jsonl": "\n".join(json.dumps(one) for one in SAME.to_dict(orient="records")),
    "lines.ndjson": "\n".join(json.dumps(one) + "\n" for one in SAME.to_dict(orient="records")),
    "absent.json": '[{"age": 39, "income": 1.5, "city": "Graz", "job": "none"}, {"age": 40, "city": "Wien"}]',
    "mark.json": b"\xef\xbb\xbf" + json.dumps(SAME.to_dict(orient="records")).encode(),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_spelling_of_the_same_rows_is_read_alike(tmp_path, name):
    checked = check_rows(_read(tmp_path, SPELLINGS[name], name), SCHEMA)
    assert checked.problems == ()
    pd.testing.assert_frame_equal(checked.usable(), _usable(FRAME))
    pd.testing.assert_frame_equal(_usable(FRAME), FRAME)


REFUSED = {
    "empty.csv": (b"", "is empty"),
    "newline.csv": (b"\n", "is empty"),
    "twice.csv": ("age,age\n1,2\n", "2 columns are called 'age'"),
    "more cells.csv": ("age,city\n1,a,b\n", "row 1 has 3 cells, the header 2.*quotes"),
    "fewer cells.csv": ("age,city\n1,a\n2\n", "row 2 has 1 cells, the header 2"),
    "open quote.csv": ('age,city\n1,"a\n', "line 2: is not CSV"),
    "latin.csv": ("age,city\n1,Köln\n".encode("latin-1"), "is not UTF-8.*--encoding"),
    "nul.csv": (b"age,city\n1,a\0b\n", "NUL"),
    "zip.csv": (b"PK\x03\x04\x00\x00\xff\xfe", "not UTF-8|NUL"),
    "broken.json": ("[{", "is not JSON"),
    "object.json": ('{"age": 1}', "not a list of objects"),
    "number.json": ("[1]", "row 1: is not an object"),
    "nan.json": ('[{"age": NaN}]', "NaN is not JSON"),
    "keys.json": ('[{"age": 1, "age": 2}]', "a key stands in one object twice"),
    "deep.json": ("[" * 100_000, "is not JSON"),
    "line.jsonl": ('{"age": 1}\n{"age": 2\n', "line 2: is not JSON"),
    "list.jsonl": ("[1]\n", "line 1: is not an object"),
    "x.pickle": (b"", "not a data format"),
    "noext": (b"", "a file without suffix"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path, name):
    data, match = REFUSED[name]
    with pytest.raises(UsageError, match=match) as caught:
        _read(tmp_path, data, name)
    assert "\n" not in str(caught.value)
    assert name.partition(" ")[0] in str(caught.value)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UsageError, match="no such data file"):
        read_rows(tmp_path / "none.csv", SCHEMA)
    with pytest.raises(UsageError, match="no such data file"):
        read_rows(tmp_path, SCHEMA) if tmp_path.suffix else read_rows(tmp_path / "a.csv", SCHEMA)


@pytest.mark.parametrize("suffix", [".parquet", ".xlsx"])
def test_a_format_that_needs_a_package_is_read_or_says_which(tmp_path, suffix):
    (tmp_path / f"a{suffix}").write_bytes(b"nonsense")
    with pytest.raises(
        UsageError, match=r"needs (pyarrow|openpyxl).*pip install|cannot be read as"
    ):
        read_rows(tmp_path / f"a{suffix}", SCHEMA)


def test_parquet_answers_as_memory_does(tmp_path):
    pytest.importorskip("pyarrow", reason="parquet needs pyarrow, which is no dependency")
    FRAME.to_parquet(tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(_usable(read_rows(tmp_path / "a.parquet", SCHEMA)), FRAME)


def test_an_encoding_is_told(tmp_path):
    told = _read(tmp_path, "age,city\n1,Köln\n".encode("latin-1"), encoding="latin-1")
    assert told["city"].tolist() == ["Köln"]
    with pytest.raises(UsageError, match="unknown encoding"):
        _read(tmp_path, b"age\n1\n", encoding="nonsense")


def test_a_header_alone_gives_no_rows(tmp_path):
    found = _read(tmp_path, "age,income,city,job\n")
    assert len(found) == 0
    assert list(found.columns) == ["age", "income", "city", "job"]


def test_a_column_names_the_rows(tmp_path):
    found = _read(tmp_path, "id,age\nx,1\ny,2\n", index="id")
    assert found.index.tolist() == ["x", "y"]
    assert found.index.name == "id"
    with pytest.raises(UsageError, match="no column 'key'"):
        _read(tmp_path, "id,age\nx,1\n", index="key")


def test_words_for_missing_are_pandas_own_and_no_level_is_one(tmp_path):
    from pandas._libs.parsers import STR_NA_VALUES

    assert set(STR_NA_VALUES) == MISSING
    column = Column(name="c", kind="text", nullable=True, levels=("NA", "x"), dtype="str")
    schema = Schema(level="raw rows", columns=(column,), outputs=Outputs(task="regression"))
    (tmp_path / "a.csv").write_text("c,d\nNA,1\nNULL,1\n,1\nx,1\n")
    assert read_rows(tmp_path / "a.csv", schema)["c"].tolist() == ["NA", None, None, "x"]


def test_leading_zeros_and_long_numbers_of_a_text_column_survive_the_file(tmp_path):
    frame = pd.DataFrame({"zip": ["01067", "1067", "12345678901234567890"] * 4, "n": range(12)})
    schema = infer_schema(frame, Outputs(task="regression"))
    frame.to_csv(tmp_path / "a.csv", index=False)
    checked = check_rows(read_rows(tmp_path / "a.csv", schema), schema)
    assert checked.problems == ()
    pd.testing.assert_frame_equal(checked.usable(), frame)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1, max_size=6)


@st.composite
def columns(draw, rows):
    kind = draw(st.sampled_from(["float64", "float32", "int64", "int8", "bool", "text", "category", "dates", "Int64", "zoned"]))  # fmt: skip
    several = lambda one: draw(st.lists(one, min_size=rows, max_size=rows))  # noqa: E731 - read best in place
    if kind in ("text", "category"):
        levels = draw(
            st.lists(
                WORDS.filter(lambda one: one not in MISSING), min_size=1, max_size=3, unique=True
            )
        )
        holes = st.sampled_from([*levels, None])
        dtype = draw(st.sampled_from(["str", "object", "string"])) if kind == "text" else "category"
        return pd.Series(several(holes), dtype=dtype)
    if kind in ("dates", "zoned"):
        days = st.datetimes(
            pd.Timestamp("1700-01-01").to_pydatetime(), pd.Timestamp("2200-01-01").to_pydatetime()
        )
        values = pd.Series(pd.to_datetime(several(days)))
        return values.dt.tz_localize("UTC") if kind == "zoned" else values
    if kind == "bool":
        return pd.Series(several(st.booleans()), dtype="bool")
    if kind.startswith("float"):
        width = 32 if kind == "float32" else 64
        return pd.Series(several(st.floats(allow_infinity=False, width=width)), dtype=kind)
    if kind == "Int64":
        return pd.Series(several(st.integers(-(2**62), 2**62) | st.none()), dtype="Int64")
    limits = np.iinfo(kind)
    return pd.Series(several(st.integers(int(limits.min), int(limits.max))), dtype=kind)


@st.composite
def frames(draw):
    rows = draw(st.integers(2, 8))
    names = draw(
        st.lists(WORDS.filter(lambda one: one.strip() == one), min_size=2, max_size=4, unique=True)
    )
    return pd.DataFrame({name: draw(columns(rows)) for name in names})


@settings(
    deadline=None,
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(frames(), st.sampled_from([",", ";", "\t"]))
def test_any_frame_comes_back_from_its_csv_as_it_was(tmp_path_factory, frame, delimiter):
    schema = infer_schema(frame, Outputs(task="regression"))
    before = check_rows(frame, schema)
    assert before.problems == ()
    pd.testing.assert_frame_equal(before.usable(), frame)
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(frame.to_csv(index=False, sep=delimiter).encode())
    after = check_rows(read_rows(path, schema), schema)
    assert after.problems == ()
    pd.testing.assert_frame_equal(after.usable(), frame)
