"""While o16n itself works in a kernel, no call is listened to; afterwards the notebook is heard as before."""

from __future__ import annotations

import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell

from o16n.staging.kernel import kernel_as_it_was
from o16n.watching import watch

FIT = "from sklearn.dummy import DummyClassifier; m = DummyClassifier().fit([[0], [1]], [0, 1])"
profiled = pytest.mark.skipif(sys.version_info >= (3, 12), reason="sys.monitoring listens instead")


@pytest.fixture
def shell(monkeypatch):
    monkeypatch.setattr(watch, "_current", None)  # and afterwards as it was: other tests share it
    shell = InteractiveShell()
    watch.install(shell)
    shell.run_cell(
        "x = print", store_history=True
    )  # through `x = 1` a profile function would sleep
    yield shell
    watch.current().stop()
    sys.setprofile(None)


def fits():
    return [one for one in watch.current().record().events if one.kind == "fit"]


@profiled
def test_no_call_of_ours_pays_for_being_heard(shell):
    hook = sys.getprofile()
    assert hook is not None
    with kernel_as_it_was():
        assert sys.getprofile() is None
    assert sys.getprofile() is hook
    with pytest.raises(ZeroDivisionError), watch.unheard():
        1 / 0  # noqa: B018 - a fault of ours ends the quiet too
    assert sys.getprofile() is hook


@profiled
def test_another_tools_profiler_stays(shell):
    def others(*_):
        pass

    sys.setprofile(others)
    with watch.unheard():
        assert sys.getprofile() is others
    assert sys.getprofile() is others


def test_what_cells_do_before_and_after_is_told_and_what_we_did_is_not(shell):
    from sklearn.dummy import DummyClassifier

    shell.run_cell(FIT, store_history=True)
    with watch.unheard():
        shell.user_ns["ours"] = DummyClassifier().fit([[0], [1]], [0, 1])
    shell.run_cell(FIT, store_history=True)
    assert len(fits()) == 2


def test_our_own_work_within_a_cell_is_left_out_too(shell):
    ours = "from o16n.watching.watch import unheard\nwith unheard():\n    " + FIT
    shell.run_cell(ours, store_history=True)
    assert fits() == []
    shell.run_cell(FIT, store_history=True)
    assert len(fits()) == 1


def test_without_a_watcher_nothing_happens(monkeypatch):
    monkeypatch.setattr(watch, "_current", None)
    before = sys.getprofile()
    with watch.unheard():
        assert sys.getprofile() is before
