"""A watched kernel cannot be told from an unwatched one by anything that a cell prints, shows, saves or counts."""

from __future__ import annotations

import pytest

from tests.watching.kernel import kernel, record_of
from tests.watching.traps import SETUP, TRAPS


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """What each trap's cells showed in a watched kernel and in a plain one, and the record."""
    seen = []
    for watched in (True, False):
        folder = tmp_path_factory.mktemp("watched" if watched else "plain")
        (folder / "script.py").write_text("scripted = model.predict(X_test)[:4].tolist()\n")
        with kernel(folder, watched=watched) as run:
            setup = run(SETUP)
            shown = {name: [run(cell) for cell in cells] for name, cells in TRAPS.items()}
            seen.append({"setup": [setup], **shown})
            if watched:
                record = record_of(run, folder)
    return *seen, record


@pytest.mark.parametrize("name", TRAPS)
def test_watching_leaves_alone(name, both):
    watched, plain, _ = both
    pairs = zip(TRAPS[name], watched[name], plain[name], strict=True)
    assert [(cell, one, other) for cell, one, other in pairs if one != other] == []


def test_the_watcher_itself_met_no_error(both):
    assert both[2]["errors"] == []
