"""The watcher is put into a kernel at the price of a look; it begins when there is something to watch."""

from __future__ import annotations

from tests.watching.shell import INSTALL, TELL, run_shell

HEAVY = "('numpy', 'pandas', 'sklearn', 'o16n.watching.watcher', 'o16n.watching.record')"
READ = "open('a.csv', 'w').write('a\\n1\\n')\nimport pandas\ndf = pandas.read_csv('a.csv')"


def places(told):
    return [
        (one["name"], one["where"]["in_cell"], one["where"]["in_line"])
        for one in told["record"]["events"]
        if one["kind"] == "read"
    ]


def test_a_cell_that_only_installs_imports_nothing_of_the_watcher(tmp_path):
    after = f"told['heavy'] = [one for one in {HEAVY} if one in sys.modules]"
    assert run_shell(INSTALL, folder=tmp_path, after=after)["heavy"] == []


def test_what_stands_below_the_install_in_its_own_cell_is_watched(tmp_path):
    told = run_shell("a = 1\n" + INSTALL + "\n" + READ, "b = 1", folder=tmp_path)
    assert places(told) == [("read_csv", 1, 5)]
    assert "df" in told["record"]["cells"][0]["bound"]
    assert [one["ok"] for one in told["record"]["cells"]] == [True, True]


def test_what_stands_behind_the_install_on_its_own_line_is_watched(tmp_path):
    written = "open('a.csv', 'w').write('a\\n1\\n')"
    line = INSTALL + "; import pandas; df = pandas.read_csv('a.csv')"
    assert places(run_shell(written, line, folder=tmp_path)) == [("read_csv", 1, 1)]


def test_an_extension_loaded_on_top_of_a_cell_that_reads_and_fits_hears_both(tmp_path):
    cell = "# first\n%load_ext o16n\n" + READ + "\n" + FIT + "\nm.predict(df)"
    told = run_shell(cell, folder=tmp_path)
    events = [(one["kind"], one["where"]["in_line"]) for one in told["record"]["events"]]
    assert [one for one in events if one[0] in ("read", "fit", "use")] == [
        ("read", 5),
        ("fit", 7),
        ("use", 8),
    ]
    assert told["record"]["cells"][0]["source"] == cell


def test_an_extension_loaded_alone_makes_no_watcher_before_the_next_cell(tmp_path):
    after = f"told['heavy'] = [one for one in {HEAVY} if one in sys.modules]"
    loads = "%load_ext o16n", "\n%load_ext o16n;\n"
    for load in loads:
        assert run_shell(load, folder=tmp_path, after=after)["heavy"] == []


def test_after_an_install_alone_the_next_cell_is_the_first_watched_one(tmp_path):
    told = run_shell(INSTALL, READ, folder=tmp_path)
    assert places(told) == [("read_csv", 1, 3)]
    assert told["record"]["cells"][0]["source"] == READ


def test_installing_again_changes_nothing(tmp_path):
    told = run_shell(INSTALL, INSTALL, READ + "\n" + INSTALL, INSTALL, "c = 1", folder=tmp_path)
    assert places(told) == [("read_csv", 2, 3)]
    assert len(told["record"]["cells"]) == 4


def test_a_record_asked_for_before_any_cell_is_empty(tmp_path):
    told = run_shell(INSTALL, folder=tmp_path, after=TELL)
    assert told["record"]["events"] == told["record"]["cells"] == []


def test_a_silent_cell_is_none_of_the_notebooks(tmp_path):
    after = (
        f"shell.run_cell({INSTALL + chr(10) + 'q = 1'!r}, silent=True)\nshell.run_cell('r = 1')"
        + TELL
    )
    told = run_shell(folder=tmp_path, after=after)
    assert [one["source"] for one in told["record"]["cells"]] == ["r = 1"]


FIT = "from sklearn.linear_model import LinearRegression\nm = LinearRegression().fit([[1], [2]], [1, 2])"
PROFILED = "import cProfile\np = cProfile.Profile()\np.enable()\nm.predict([[1]])\np.disable()"


def test_after_a_profiler_took_its_place_the_watcher_is_back_and_says_where_it_was_away(tmp_path):
    told = run_shell(INSTALL, FIT, PROFILED, "m.predict([[2]])", folder=tmp_path)["record"]
    assert [one["where"]["in_cell"] for one in told["events"] if one["kind"] == "use"][-1] == 3
    assert told["gaps"] == ([] if told["mechanism"] == "sys.monitoring" else [2])


def test_another_tool_at_its_number_does_not_keep_the_watcher_away(tmp_path):
    taken = "import sys\nif hasattr(sys, 'monitoring'): sys.monitoring.use_tool_id(4, 'other')"
    told = run_shell(taken, INSTALL, FIT, "m.predict([[2]])", folder=tmp_path)["record"]
    assert [one["kind"] for one in told["events"]] == ["fit", "use"]
