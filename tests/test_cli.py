"""The shell's face: exit codes, what goes where, and help as it is written down in tests/golden/help."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from o16n import cli, plugins
from o16n.grammar import ordered
from o16n.runs.status import list_runs

GOLDEN = Path(__file__).parent / "golden" / "help"
VERBS = ordered(plugins.names("o16n.verbs"))


def o16n(*words, **how):
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "o16n", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        **how,
    )


@pytest.fixture
def notebook(tmp_path):
    def write(*cells):
        made = [nbformat.v4.new_code_cell(one) for one in cells]
        nbformat.write(nbformat.v4.new_notebook(cells=made), tmp_path / "a.ipynb")
        return tmp_path / "a.ipynb"

    return write


def golden(name, text):
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("O16N_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert text == path.read_text(), f"O16N_GOLDEN=1 writes {path.name} anew"


@pytest.mark.parametrize("verb", ["o16n", *VERBS])
def test_help_is_as_written_down(verb, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    words = [] if verb == "o16n" else [verb]
    assert cli.main([*words, "--help"]) == 0
    text, complaint = capsys.readouterr()
    golden(verb, text)
    assert complaint == ""
    assert cli.main([*words, "-h"]) == 0
    assert capsys.readouterr().out == text


def test_no_word_at_all_is_help(capsys):
    assert cli.main([]) == 0
    assert capsys.readouterr().out.startswith("Usage: o16n")


def test_a_checkout_that_was_never_installed_knows_its_version(tmp_path):
    import click

    import o16n as root

    shutil.copytree(Path(root.__file__).parent, tmp_path / "o16n")
    shutil.copytree(Path(click.__file__).parent, tmp_path / "click")
    told = "import sys; sys.path.insert(0, '.'); from o16n.cli import main; main(['--version'])"
    done = subprocess.run(  # -S: no installed distribution is seen
        [sys.executable, "-I", "-S", "-c", told], cwd=tmp_path, text=True, capture_output=True,
        check=True,
    )  # fmt: skip
    assert done.stdout == f"o16n {root.__version__}\n"


def test_no_help_is_kept_of_a_verb_that_is_gone():
    assert {one.stem for one in GOLDEN.glob("*.txt")} == {"o16n", *VERBS}


# What is typed; the exit code; what the one line on stderr holds.
ASKED_WRONGLY = {
    ("pakage",): (2, "UnknownName: unknown verb 'pakage'; did you mean package?"),
    ("package", "--modle", "x"): (2, "unknown option '--modle'; did you mean --model"),
    ("package", "a.ipynb", "--zzzzzz"): (2, "unknown option '--zzzzzz'; known: --data, --file"),
    ("demo", "credt"): (2, "did you mean credit?"),
    ("run",): (2, "missing argument 'NOTEBOOK'; usage: o16n run [OPTIONS] NOTEBOOK"),
    ("run", "nothing.ipynb"): (2, "nothing.ipynb: no such notebook"),
    ("run", "a.ipynb", "--timeout", "soon"): (2, "'soon' is not a valid float"),
    ("run", "a.ipynb", "--timeout", "0"): (2, "leaves no time to run"),
    ("package", "a.ipynb", "--timeout", "-1"): (2, "leaves no time to run"),
    ("run", "a.ipynb", "-f", "no.toml"): (2, "UsageError: -f no.toml: cannot be read"),
    ("run", "a.ipynb", "-p", "x"): (2, "'-p' requires 2 arguments"),
    ("run", "a.ipynb", "-p", "x", "1"): (2, "UsageError: -p: the notebook declares no parameters"),
    ("run", "a.ipynb", "--kernel", "pyton3"): (2, "unknown kernel 'pyton3'; did you mean python3?"),
    ("verify", "nowhere"): (1, "nowhere"),
}


@pytest.mark.parametrize("words", ASKED_WRONGLY, ids=" ".join)
def test_what_is_asked_wrongly_is_one_line_on_stderr(words, notebook, capsys, monkeypatch):
    monkeypatch.chdir(notebook("x = 1").parent)
    code, said = ASKED_WRONGLY[words]
    assert cli.main([*words]) == code
    out, complaint = capsys.readouterr()
    assert out == ""
    assert said in complaint
    assert complaint.count("\n") == 1


@pytest.mark.parametrize("words", ASKED_WRONGLY, ids=" ".join)
def test_with_json_the_same_is_said_in_json(words, notebook, capsys, monkeypatch):
    monkeypatch.chdir(notebook("x = 1").parent)
    code, _ = ASKED_WRONGLY[words]
    assert cli.main([words[0], "--json", *words[1:]]) == code
    out, complaint = capsys.readouterr()
    told = json.loads(out)["error"]
    assert told["exit_code"] == code
    assert told["what"]
    assert complaint.startswith(f"{told['kind']}: ")


def test_a_run_says_its_result_on_stdout_and_all_else_on_stderr(notebook):
    path = notebook("print('a cell')")
    done = o16n("run", path, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["status"], told["cells_done"]) == (0, "completed", 1)
    assert Path(told["notebook"]).is_file()
    assert re.fullmatch(r"cell 1 of 1, 0%, \d+ s\n", done.stderr)
    assert "a cell" not in done.stdout + done.stderr


def test_a_notebook_that_fails_is_exit_3_in_words_and_in_json(notebook):
    done = o16n("run", notebook("x = 1\n1 / 0"), "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["error"]["where"] == "cell 1 line 2"
    line = done.stderr.splitlines()[-1]
    assert line.startswith("RunFailed: cell 1 line 2: failed: ZeroDivisionError: division by zero")
    assert "Traceback" not in done.stderr


def test_a_fault_of_our_own_is_exit_70_and_says_how_to_see_more(capsys, monkeypatch):
    monkeypatch.delenv("O16N_DEBUG", raising=False)
    monkeypatch.setattr("o16n.verbs.verify.run", lambda *_: {}["missing"])
    assert cli.main(["verify", "x"]) == 70
    complaint = capsys.readouterr().err
    assert "this is a bug in o16n: KeyError" in complaint
    assert complaint.count("\n") == 1
    monkeypatch.setenv("O16N_DEBUG", "1")
    assert cli.main(["verify", "x"]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_in_a_run_is_exit_130_and_the_run_says_stopped(notebook, tmp_path):
    path = notebook("x = 1", "import time; time.sleep(100)")
    process = subprocess.Popen(
        [sys.executable, "-m", "o16n", "run", str(path), "--json"], stdout=-1, stderr=-1, text=True
    )
    while not (runs := list_runs(tmp_path)) or runs[0].cells_done < 1:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["error"]["kind"] == "RunStopped"
    assert "the run was stopped" in complaint.splitlines()[-1]
    assert list_runs(tmp_path)[0].status == "stopped"


def test_ctrl_c_anywhere_else_is_exit_130(capsys, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("o16n.verbs.verify.run", interrupted)
    assert cli.main(["verify", "x"]) == 130
    assert capsys.readouterr().err == "stopped\n"


@pytest.mark.parametrize("words", [["--help"], ["verify", "nowhere", "--json"]])
def test_a_reader_that_left_is_no_error(words):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "o16n", *words], stdout=writer, stderr=-1, text=True, check=False
    )
    os.close(writer)
    assert done.returncode == (0 if words == ["--help"] else 1)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_on_a_terminal_one_line_is_rewritten_and_what_matters_stays(notebook):
    path = notebook("x = 1", "import time; time.sleep(1.5)")
    assert o16n("run", path).returncode == 0
    lead, follow = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "o16n", "run", str(path)], stdout=-1, stderr=follow
    )
    os.close(follow)
    shown = b""
    while True:
        try:
            part = os.read(lead, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    out, _ = process.communicate(timeout=60)
    os.close(lead)
    first, rest = shown.decode().split("\n", 1)
    assert re.fullmatch(r"the cells will take about 2 s, as the run of \S+ took\r", first)
    assert "\n" not in rest
    bars = re.findall(r"\r\[([#.]{20})\] cell (\d) of 2, (\d+)%, \d+ s, about \d s to go", rest)
    assert {number for _, number, _ in bars} == {"1", "2"}
    assert int(bars[-1][2]) > int(bars[0][2])
    assert out.decode().startswith("run ")
    assert process.returncode == 0


def test_a_question_is_asked_until_it_is_answered_and_only_of_somebody(monkeypatch, capsys):
    progress = cli.Progress()
    assert cli._asker(progress) is None
    lead, follow = pty.openpty()
    with os.fdopen(follow, closefd=False) as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
        ask = cli._asker(progress)
        os.write(lead, b"x\n9\n2\n")
        assert ask("which?", ["a", "b"]) == 1
    assert "which?\n  1. a\n  2. b\n1-2: " in capsys.readouterr().err
    os.close(lead)
    os.close(follow)
