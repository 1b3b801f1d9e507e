"""A kernel finds its own notebook, and believes no name that the file does not bear out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from o16n.notebook.locate import executed, locate

ROOT = Path(__file__).parents[2]
ASK = (
    "import json\nfrom o16n.notebook.locate import locate\nfound = locate(globals())\n"
    "print(json.dumps(found and [str(found.path), found.told_by]))"
)


def write(path, *texts, ids=True, base=""):
    cells = [nbformat.v4.new_code_cell(text) for text in texts]
    for number, cell in enumerate(cells):
        if ids:
            cell["id"] = f"{base or path.stem}-{number}"
        else:
            del cell["id"]
    told = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5 if ids else 4}
    path.write_text(json.dumps(told))
    return path


class Kernel:
    """A real ipykernel; `run` sends a cell as an editor does and returns what it printed."""

    def __init__(self, folder, **environment):
        from jupyter_client import KernelManager

        self.manager = KernelManager(transport="ipc", ip=str(folder / "k"))
        env = {
            k: v for k, v in os.environ.items() if k not in ("JPY_SESSION_NAME", "O16N_NOTEBOOK")
        }
        env |= {"PYTHONPATH": str(ROOT), **environment}
        self.manager.start_kernel(cwd=str(folder), env=env)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)

    def run(self, text, cell_id=None):
        content = {
            "code": text,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        message = self.client.session.msg(
            "execute_request", content, metadata={"cellId": cell_id} if cell_id else {}
        )
        self.client.shell_channel.send(message)
        printed = []
        while True:
            answer = self.client.get_iopub_msg(timeout=120)
            if answer["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if answer["msg_type"] == "stream":
                printed.append(answer["content"]["text"])
            if answer["msg_type"] == "error":
                pytest.fail("\n".join(answer["content"]["traceback"]))
            if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
                return "".join(printed)

    def ask(self, cell_id=None):
        told = json.loads(self.run(ASK, cell_id))
        return told and (Path(told[0]), *told[1:])

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(tmp_path):
    started = []

    def start(**environment):
        started.append(Kernel(tmp_path, **environment))
        return started[-1]

    yield start
    for one in started:
        one.stop()


pytestmark = pytest.mark.filterwarnings("ignore")


def test_a_run_s_own_word_comes_first(kernel, tmp_path):
    told = write(tmp_path / "told.ipynb", "x = 1")
    write(tmp_path / "other.ipynb", ASK)
    assert kernel(O16N_NOTEBOOK=str(told)).ask() == (told, "O16N_NOTEBOOK")


def test_the_session_s_name_is_believed_where_the_cell_is_in_the_file_else_not(kernel, tmp_path):
    named = write(tmp_path / "named.ipynb", "x = 1", ASK)
    copy = tmp_path / "copy.ipynb"
    shutil.copy(named, copy)
    running = kernel(JPY_SESSION_NAME=str(named))
    running.run("x = 1", "named-0")
    # a copy holds the same cells: the session's name decides
    assert running.ask("named-1") == (named, "JPY_SESSION_NAME")
    # renamed, with another notebook now under the old name: the name is stale
    named.rename(tmp_path / "renamed.ipynb")
    copy.unlink()
    write(named, "x = 1", ASK, base="another")
    assert running.ask("named-1") == (tmp_path / "renamed.ipynb", "working directory")
    # renamed once more, nothing under the old name
    named.unlink()
    (tmp_path / "renamed.ipynb").rename(tmp_path / "again.ipynb")
    assert running.ask("named-1") == (tmp_path / "again.ipynb", "working directory")


def test_the_working_directory_is_searched_by_id_and_by_text(kernel, tmp_path):
    own = write(tmp_path / "own.ipynb", "first = 1", "second = 2", ASK)
    write(tmp_path / "other.ipynb", "first = 1", ASK)
    (tmp_path / "broken.ipynb").write_text("{")
    (tmp_path / "nowhere.ipynb").symlink_to(tmp_path / "gone.ipynb")
    running = kernel()
    running.run("first = 1", "own-0")
    running.run("second = 2", "own-1")
    assert running.ask("own-2") == (own, "working directory")
    # no ids, as papermill sends and old files hold: by the text of most of what ran
    write(own, "first = 1", "second = 2", ASK, ids=False)
    write(tmp_path / "other.ipynb", "something = 1", "else_ = 2", ASK, ids=False)
    assert running.ask() == (own, "working directory")
    # two files fit equally: nobody guesses
    shutil.copy(own, tmp_path / "copy.ipynb")
    assert running.ask() is None


def test_a_cell_that_was_not_saved_yet_leaves_the_file_that_holds_what_ran(kernel, tmp_path):
    own = write(tmp_path / "own.ipynb", "first = 1", "second = 2")
    write(tmp_path / "other.ipynb", "first = 1", "third = 2", "fourth = 4")
    running = kernel()
    running.run("first = 1", "own-0")
    running.run("second = 2", "own-1")
    assert running.ask("own-99") == (own, "working directory")
    own.unlink()
    (tmp_path / "other.ipynb").unlink()
    assert running.ask("own-99") is None


def test_vs_code_tells_by_a_variable_or_by_the_cell_s_address(kernel, tmp_path):
    (tmp_path / "sub dir").mkdir()
    own = write(tmp_path / "sub dir" / "own.ipynb", "x = 1", ASK)
    address = f"vscode-notebook-cell:{str(own).replace(' ', '%20')}#W1sZmlsZQ%3D%3D"
    running = kernel()
    running.run("x = 1", address)
    assert running.ask() is None
    assert running.ask(address) == (own, "the cell's address")
    running.run(f"__vsc_ipynb_file__ = {str(own)!r}")
    assert running.ask("own-1") == (own, "__vsc_ipynb_file__")


def test_papermill_s_word_is_heard(kernel, tmp_path):
    (tmp_path / "in").mkdir()
    own = write(tmp_path / "in" / "own.ipynb", ASK)
    running = kernel()
    assert running.ask("own-0") is None
    running.run(f"PAPERMILL_INPUT_PATH = {str(own)!r}")
    assert running.ask("own-0") == (own, "PAPERMILL_INPUT_PATH")


def test_the_command_that_started_the_kernel_names_it(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    own = write(tmp_path / "in" / "own.ipynb", "first = 1", ASK)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "papermill",
            "in/own.ipynb",
            "out/own.ipynb",
            "-k",
            "python3",
            "--no-progress-bar",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if k != "JPY_SESSION_NAME"}
        | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "out" / "own.ipynb").read_text())
    path, told_by = json.loads("".join(told["cells"][1]["outputs"][0]["text"]))
    assert Path(path) == own
    assert told_by == "the command that started the kernel"


def test_outside_a_kernel_there_is_no_notebook(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert locate({}) is None
    assert executed({"In": ["", "x = 1"]}) == ["", "x = 1"]


def test_what_was_executed_is_told_as_it_was_typed(kernel):
    running = kernel()
    running.run("%time x = 1")
    told = running.run("from o16n.notebook.locate import executed\nprint(executed(globals())[1])")
    assert told.strip() == "%time x = 1"
