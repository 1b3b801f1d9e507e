"""o16n.toml is read strictly: what is wrong is said in one line, with key and line."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from o16n.errors import UnknownName, UsageError
from o16n.settings import Settings, Waiver, keep_answer, load_settings

WHOLE = """\
# what the model is for
name = "credit"
version = "2"
objective = "who gets a loan"
owner = "ann@example.com"
target = "risk"
model = "final_model"
data = "X"
sensitive = ["sex", "age"]
tier = "medium"

[severity]
MOD-03 = "blocker"

[threshold]
MOD-02 = 0.7
DAT-01 = 0

[history]
given = ["sales_lag_7", "sales_mean_28"]

[unseen]
city = "missing"
"home town" = "as trained"
job = "refuse"

[[waivers]]
check = "MOD-04"
reason = "few foreign workers in the file"
owner = "ann"
expires = 2026-12-01

[[waivers]]
check = "INF-02"
reason = "the index gives no hashes yet"
owner = "ann"
expires = "2027-01-31"
"""


def test_no_file_means_defaults(tmp_path):
    assert load_settings(tmp_path) == Settings()
    assert Settings().tier == "low"


def test_a_whole_file_is_read_into_frozen_objects(tmp_path):
    (tmp_path / "o16n.toml").write_text(WHOLE)
    found = load_settings(tmp_path)
    assert (found.name, found.version, found.owner) == ("credit", "2", "ann@example.com")
    assert found.sensitive == ("sex", "age")
    assert found.tier == "medium"
    assert found.severity == {"MOD-03": "blocker"}
    assert found.history.given == ("sales_lag_7", "sales_mean_28")
    assert found.unseen == {"city": "missing", "home town": "as trained", "job": "refuse"}
    assert found.threshold == {"MOD-02": 0.7, "DAT-01": 0.0}
    assert [(one.check, one.expires, one.line) for one in found.waivers] == [
        ("MOD-04", "2026-12-01", 27),
        ("INF-02", "2027-01-31", 33),
    ]
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.tier = "high"


WRONG = {
    "a misspelt key": ("ovner = 'x'", "line 1", "did you mean owner"),
    "a misspelt table": ("a = 1\n[treshold]\nx = 1", "", "unknown key 'a'"),
    "an unknown table": ("[treshold]\nMOD-02 = 1", "line 1", "did you mean threshold"),
    "one text for a list": ("\nsensitive = 'sex'", "line 2", "sensitive is not a list"),
    "a number among texts": ("sensitive = [3]", "line 1", "a column in sensitive is not text"),
    "a number for a table": ("severity = 3", "line 1", "severity is not a table"),
    "a misspelt tier": ("tier = 'lo'", "line 1", "did you mean low"),
    "no TOML": ("x =", "", "is not TOML"),
    "a number for text": ("name = 3", "line 1", "name is not text"),
    "a misspelt list of given columns": ("[history]\ngivn = ['a']", "line 2", "did you mean given"),
    "given columns that are no list": ("history.given = 'a'", "o16n.toml", "given is not a list"),
    "a given column that is no text": ("[history]\ngiven = [1]", "line 2", "in given is not text"),
    "a misspelt policy": ("[unseen]\n'home town' = 'mising'", "line 2", "did you mean missing"),
    "a policy that is a number": ("[unseen]\ncity = 1", "line 2", "unknown policy for city: '1'"),
    "policies that are no table": ("unseen = 'missing'", "line 1", "unseen is not a table"),
    "a misspelt severity": ("[severity]\nMOD-02 = 'bloker'", "line 2", "did you mean blocker"),
    "a number as severity": ("[severity]\nMOD-02 = 2", "line 2", "unknown severity of MOD-02"),
    "a text as threshold": ("[threshold]\n\nMOD-02 = '0.7'", "line 3", "MOD-02 is not a number"),
    "true as threshold": ("[threshold]\nMOD-02 = true", "line 2", "is not a number"),
    "an endless threshold": ("[threshold]\nMOD-02 = inf", "line 2", "is not a number"),
    "a waiver without a day": (
        "[[waivers]]\ncheck='A'\nreason='r'\nowner='o'",
        "line 1",
        "expires is missing",
    ),
    "an empty owner": (
        "[[waivers]]\ncheck='A'\nreason='r'\nowner=' '\nexpires=2027-01-01",
        "line 1",
        "owner is missing",
    ),
    "a day that is none": (
        "[[waivers]]\ncheck='A'\nreason='r'\nowner='o'\nexpires='soon'",
        "line 5",
        "expires is not a day: soon",
    ),
    "a misspelt key of the second waiver": (
        (
            "[[waivers]]\ncheck='A'\nreason='r'\nowner='o'\nexpires=2027-01-01\n"
            "[[waivers]]\ncheck='A'\nraeson='r'\nowner='o'\nexpires=2027-01-01"
        ),
        "line 8",
        "did you mean reason",
    ),
    "a waiver that is text": ("waivers = ['MOD-02']", "", "a waiver is not a table"),
}


@pytest.mark.parametrize(("text", "line", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_in_one_line(tmp_path, text, line, said):
    (tmp_path / "o16n.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        load_settings(tmp_path)
    told = str(caught.value)
    assert said in told
    assert told.startswith(f"{tmp_path / 'o16n.toml'}")
    assert line in told
    assert "\n" not in told
    assert caught.value.exit_code == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(some.binary(max_size=200))
def test_any_bytes_are_settings_or_one_error(tmp_path, data):
    (tmp_path / "o16n.toml").write_bytes(data)
    try:
        assert isinstance(load_settings(tmp_path), Settings)
    except UsageError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either answer is right


@given(some.text(some.characters(categories=["Lu", "Ll"]), min_size=1, max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_key_that_is_not_known_is_taken(tmp_path, key):
    known = {field.name for field in dataclasses.fields(Settings)}
    (tmp_path / "o16n.toml").write_text(f'"{key}" = "x"', encoding="utf-8")
    if key not in known:
        with pytest.raises(UnknownName) as caught:
            load_settings(tmp_path)
        assert set(caught.value.known) == known


def test_a_waivers_line_is_no_key_of_the_file(tmp_path):
    assert "line" in {field.name for field in dataclasses.fields(Waiver)}
    (tmp_path / "o16n.toml").write_text("[[waivers]]\nline = 3")
    with pytest.raises(UnknownName, match="line"):
        load_settings(tmp_path)


def test_an_answer_is_kept_and_all_else_stays_as_its_author_wrote_it(tmp_path):
    path = tmp_path / "o16n.toml"
    path.write_text(WHOLE, encoding="utf-8")
    assert keep_answer(tmp_path, "model", "models['rf']")
    assert path.read_text() == WHOLE.replace('"final_model"', "\"models['rf']\"")
    assert not keep_answer(tmp_path, "model", "models['rf']")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, 'model = "rf"\n'),
        ("", 'model = "rf"\n'),
        ("# mine\ntier = 'low'", "model = \"rf\"\n# mine\ntier = 'low'\n"),
        ("[severity]\n# none", 'model = "rf"\n\n[severity]\n# none\n'),
        ("'model'='old' # why\n[threshold]", 'model = "rf"\n[threshold]\n'),
    ],
)
def test_an_answer_stands_above_the_tables(tmp_path, before, after):
    path = tmp_path / "o16n.toml"
    if before is not None:
        path.write_text(before)
    assert keep_answer(tmp_path, "model", "rf")
    assert path.read_text() == after


@given(some.text(max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_answer_is_read_back_as_it_was_given(tmp_path, answer):
    keep_answer(tmp_path, "model", answer)
    assert load_settings(tmp_path).model == answer


def test_an_answer_over_several_lines_is_not_written_over(tmp_path):
    before = 'model = """\nold\n"""\n'
    (tmp_path / "o16n.toml").write_text(before)
    with pytest.raises(UsageError, match='write model = "rf"'):
        keep_answer(tmp_path, "model", "rf")
    assert (tmp_path / "o16n.toml").read_text() == before
