"""A recipe's files read back as written; what they cannot be is refused in one line."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import StandardScaler

from o16n.errors import BundleError, NotebookError, O16nError, UnsafeModel
from o16n.recipe.code import WHERE as CODE
from o16n.recipe.program import Code, Named
from o16n.recipe.recipe import FrozenSize, Levels, Preparation, Recipe
from o16n.recipe.recipe_file import FROZEN, RECIPE, TABLES, estimators, from_files, to_files
from o16n.recipe.replay import apply
from tests.bundle.strategies import TREES, changed_somewhere
from tests.recipe.programs import Program, shape_of

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/reference/recipe.schema.json").read_text())
RAW = pd.DataFrame({"a": [1.0, None, 3.0], "g": ["x", "y", "x"], 7: [1, 2, 3]})
SCALER = StandardScaler().fit(RAW[["a"]])
DOUBLED = Code(
    kind="def",
    name="doubled",
    source='def doubled(value):\n    """Twice,\n  as it was."""\n    return np.multiply(value, factor)',
    frozen={"np": Named("numpy"), "factor": 2},
)


def program():
    p = Program(RAW)
    filled = p.add("method", p.source, "fillna", {"a": 2.0})
    a = p.add("getitem", filled, ["a"], shape=shape_of(RAW[["a"]]))
    scaled = p.add("method", SCALER, "transform", a)
    again = p.add("method", SCALER, "inverse_transform", scaled)
    g = p.add(
        "method", p.add("getitem", filled, "g"), "map", pd.Series([1.5, 2.5], index=["x", "y"])
    )
    both = p.add("numpy.column_stack", [scaled, again, g])
    return p.recipe(
        p.add("call", DOUBLED, both),
        inputs=("a", 7),
        optional={7: np.int64(3)},
        preparation=(Preparation(cell=1, line=2, text="df"),),
        frozen_sizes=(FrozenSize(name="df", cell=1, line=2, rows=3),),
        supplied=2,
        unseen={
            "g": Levels(policy="missing", known=("x", "y")),
            7: Levels(policy="as trained", known=(1, 2, 3)),
        },
    )


RECIPE_READ = program()
FILES = to_files(RECIPE_READ)
GOOD = json.loads(FILES[RECIPE])


def read(files):
    return from_files(files.__contains__, files.__getitem__)


def test_a_recipe_is_four_files_that_read_back_and_answer_the_same():
    assert sorted(FILES) == sorted([RECIPE, TABLES, FROZEN, CODE])
    other = read(FILES)
    assert to_files(other) == FILES
    assert other.operations[-1].arguments[0] == DOUBLED
    mine, theirs = apply(RECIPE_READ, RAW), apply(other, RAW[["a", "g"]])
    assert mine.value.shape == (3, 3)
    assert (mine.value == theirs.value).all()
    assert mine.value[0].tolist() == [2 * (1 - 2) / np.sqrt(2 / 2), 2.0, 3.0]


def test_what_is_shared_is_one_object_in_the_file():
    other = read(FILES)
    assert other.operations[3].arguments[0] is other.operations[4].arguments[0]
    assert len(estimators(RECIPE_READ)) == 1


def test_a_recipe_without_tables_estimators_and_code_is_one_file():
    empty = Recipe(state="missing", reason="prepared outside")
    assert list(to_files(empty)) == [RECIPE]
    assert read(to_files(empty)) == empty


@pytest.mark.parametrize(
    "recipe", [RECIPE_READ, Recipe(state="no raw data", reason="none")], ids=["full", "none"]
)
def test_recipe_json_is_what_its_schema_says(recipe):
    jsonschema.validate(json.loads(to_files(recipe)[RECIPE]), SCHEMA)


def test_the_schema_refuses_another_role_and_an_unknown_field():
    for odd in ({"role": "eval"}, {"evaluates": "os"}, {"number": "1"}):
        told = json.loads(FILES[RECIPE])
        told["operations"][0] |= odd
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(told, SCHEMA)


def with_recipe(told):
    return {**FILES, RECIPE: json.dumps(told).encode()}


@settings(deadline=None, max_examples=500)
@given(changed_somewhere(GOOD) | TREES)
def test_any_recipe_answers_or_is_refused_in_one_line(told):
    try:
        assert set(apply(read(with_recipe(told)), RAW).rows.tolist()) <= {0, 1, 2}
    except O16nError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right


@settings(deadline=None, max_examples=300)
@given(changed_somewhere(json.loads(FILES[TABLES])))
def test_any_tables_answer_or_are_refused_in_one_line(told):
    try:
        apply(read({**FILES, TABLES: json.dumps(told).encode()}), RAW)
    except O16nError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("operation", "match"),
    [
        ({"function": "os.system"}, "operation 2, cell 2 line 1: unknown operation 'os.system'; a newer o16n"),
        ({"function": "pandas.eval"}, "unknown operation"),
        ({"function": "numpy.load"}, "unknown operation"),
        ({"function": "rules.nothing"}, "unknown rule 'rules.nothing'"),
        ({"function": "builtins.eval"}, "unknown operation"),
        ({"arguments": [{"ref": 0}, "to_pickle"]}, "calls the method 'to_pickle', which is not allowed"),
        ({"arguments": [{"ref": 0}, "pipe"]}, "calls the method 'pipe'"),
        ({"arguments": [{"ref": 0}, {"ref": 0}]}, "calls the method"),
        ({"arguments": []}, "method takes 2 arguments"),
        ({"function": "call"}, "calls what is no function"),
        ({"arguments": [{"ref": 99}, "fillna", 0]}, "uses register 99 before it is made"),
        ({"arguments": [{"rex": 0}]}, "a value that cannot be read"),
        ({"arguments": [{"frozen": 3}]}, "a value that cannot be read"),
        ({"arguments": [{"table": -1}]}, "a value that cannot be read"),
        ({"arguments": [{"code": ["make_other", {}]}]}, "the code file has no make_other"),
        ({"arguments": [{"code": ["make_doubled", {}]}]}, "make_doubled takes factor"),
        ({"arguments": [{"pattern": ["(", 0]}]}, "RecipeRefused|cannot be read|.*"),
        ({"arguments": None}, "at operations"),
        ({"cell": "1"}, "at operations"),
        ({"makes": None}, "makes a register or changes one"),
        ({"role": "other"}, "at operations"),
    ],
    ids=range(21),
)  # fmt: skip
def test_an_operation_that_is_not_known_is_refused_on_load(operation, match):
    told = json.loads(json.dumps(GOOD))
    told["operations"][1] |= operation
    with pytest.raises(
        (BundleError, Exception) if match.endswith(".*") else BundleError, match=match
    ):
        read(with_recipe(told))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda files: files.pop(TABLES), "cannot be read"),
        (lambda files: files.pop(FROZEN), "cannot be read"),
        (lambda files: files.pop(CODE), "the code file has no make_doubled"),
        (lambda files: files.update({CODE: b"def make_doubled(:"}), "not as o16n writes it"),
        (lambda files: files.update({CODE: b"def other(): pass"}), "not as o16n writes it"),
        (lambda files: files.update({TABLES: b"[]"}), "format"),
        (lambda files: files.update({TABLES: b'{"format": 2, "tables": 1}'}), "no list of tables"),
        (lambda files: files.update({FROZEN: b"PK"}), "skops"),
        (lambda files: files.update({RECIPE: b'{"format": 1}'}), "has format 1"),
    ],
    ids=range(9),
)
def test_a_file_that_is_missing_or_damaged_is_refused(change, match):
    files = dict(FILES)
    change(files)
    with pytest.raises((BundleError, UnsafeModel), match=match):
        read(files)


class Own:
    """A transformer of the notebook that no list knows."""

    def fit(self):
        self.mean_ = 1

    def transform(self, rows):
        return rows


@pytest.mark.parametrize(
    ("value", "match"),
    [
        (print, "cell 2 line 1: freezes a function builtins.print"),
        (np.zeros(1, dtype="M8,i4"), "cell 2 line 1: freezes a numpy type"),
        (Own(), "cell 2 line 1: the Own "),
        ([SCALER, {"k": Own()}], "cell 2 line 1: the Own "),
        (Code(kind="def", name="f", source="x = 1"), "cell 2 line 1: freezes"),
        (Code(kind="lambda", name="f", source="x +"), "cell 2 line 1: freezes"),
    ],
    ids=["function", "record", "own", "own inside", "no def", "no lambda"],
)
def test_what_cannot_be_written_is_named_by_type_and_place(value, match):
    p = Program(RAW)
    with pytest.raises(NotebookError, match=match):
        to_files(p.recipe(p.add("method", p.source, "fillna", value)))


def test_estimators_of_several_operations_are_written_together():
    p = Program(RAW)
    other = SimpleImputer().fit(RAW[["a"]])
    p.add("method", SCALER, "transform", p.source)
    files = to_files(p.recipe(p.add("method", [other, SCALER], "index", p.source)))
    first, second = (one.arguments[0] for one in read(files).operations[1:])
    assert second[1] is first
    assert second[0].statistics_.tolist() == [2.0]


@pytest.mark.parametrize("odd", [{"column": {"values": [1]}}, {"known": [{"tuple": [1]}]}])
def test_a_policy_for_what_is_no_column_and_no_level_is_refused(odd):
    files = to_files(program())
    document = json.loads(files[RECIPE])
    document["unseen"][0] |= odd
    with pytest.raises(BundleError, match=r"column 1 of unseen"):
        from_files((files | {RECIPE: json.dumps(document).encode()}).__contains__,
                   (files | {RECIPE: json.dumps(document).encode()}).__getitem__)  # fmt: skip
