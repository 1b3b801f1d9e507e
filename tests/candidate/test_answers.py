"""Notebooks as people write them, each with its answer noted beforehand: the record finds it, or asks."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from o16n.bundle.model_file import allowed
from o16n.candidate.ranking import rank
from o16n.candidate.reading import Reading
from o16n.candidate.recorded import recorded
from o16n.errors import UnsupportedModel
from o16n.notebook.models import refuse_hopeless
from o16n.notebook.read import read_notebook
from o16n.watching.watcher import Watcher

FOLDER = Path(__file__).parent / "notebooks"
ANSWERS = sorted(FOLDER.glob("*.json"))
ODD = {  # the words of the answers, None where the notebook's parts tell it already
    "encoder fitted before the split": "fitted-before-split",
    "evaluated only on training rows": "training-rows-only",
    "no test set": None,
    "refitted after it was saved": "refitted-after-save",
    "refitted on all rows after it was evaluated": None,
    "saved model is not the one evaluated": "saved-not-evaluated",
}
TRUE_TOO: dict[str, tuple[str, ...]] = {}  # said as well, and true
pytestmark = pytest.mark.filterwarnings("ignore")


def lived_through(path):
    """Run the notebook in a shell of its own, watched; return (record, namespace)."""
    import matplotlib as mpl

    mpl.use("Agg")
    shell = InteractiveShell()
    shell.enable_gui = lambda _=None: None  # what `%matplotlib inline` asks a kernel for
    watcher = Watcher(shell).start()
    try:
        for cell in read_notebook(path).code:
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                result = shell.run_cell(cell.source, store_history=True)
            assert result.success, (cell.number, result.error_in_exec)
            watcher.calls.cells.runs[-1].text = printed.getvalue()
        record = watcher.record()
    finally:
        watcher.stop()
    assert record.errors == ()
    return record, shell.user_ns


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda path: path.stem)
def test_the_answer_is_found_or_asked_for_and_never_another(answer, tmp_path, monkeypatch):
    wanted = json.loads(answer.read_text())
    for library in wanted.get("requires", []):
        pytest.importorskip(library, reason="the notebook needs it, the product does not")
    shutil.copytree(FOLDER, tmp_path / "n")
    monkeypatch.chdir(tmp_path / "n")
    monkeypatch.setattr(sys, "argv", ["kernel"])
    path = Path(answer.with_suffix(".ipynb").name)
    record, namespace = lived_through(path)
    choice = rank(Reading(record))
    status = "refused" if not Reading(record).models else choice.status
    assert status in wanted["status"], (choice.because, choice.ranking)
    if choice.model is None:
        return
    found = recorded(record, namespace, read_notebook(path), named=None, ask=None)
    model = wanted["model"]
    kinds = {model["class"], model.get("inner_class", model["class"])}
    fits = {model["fit"], *model.get("equal_fits", [])}
    assert type(found.model).__name__ in kinds or found.name in model["acceptable"]
    assert choice.model[1] in fits or found.name in model["acceptable"]
    names = {model["name"], *model["acceptable"], model["class"]}
    assert found.name in names
    train = wanted["X_train"]
    assert train is None or found.parts.train.name in train
    slugs = {one.slug for one in found.odd}
    expected = {ODD[one] for one in wanted["odd"]} - {None}
    assert expected <= slugs
    assert slugs <= expected | {"refitted-after-save", *TRUE_TOO.get(answer.stem, ())}, found.odd
    if wanted["X"] is not None and found.parts.test is not None:
        assert found.parts.test.name in wanted["X"]
        assert found.parts.test.target_name in wanted["y"]


def test_a_model_of_statsmodels_is_refused_by_its_name_before_anything_runs():
    with pytest.raises(UnsupportedModel, match=r"cell 2 line 1: ols is a statsmodels.api.OLS"):
        refuse_hopeless(read_notebook(FOLDER / "37_statsmodels.ipynb"), allowed())


def test_most_answers_need_no_question():
    decided = [one for one in ANSWERS if json.loads(one.read_text())["status"] == ["decided"]]
    assert len(ANSWERS) >= 24
    assert len(decided) >= len(ANSWERS) / 2
    assert os.path.commonpath(ANSWERS) == str(FOLDER)
