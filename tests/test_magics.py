"""The notebook's face, in real kernels."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import nbformat
import papermill
import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.filterwarnings("ignore")

# Everything in a kernel that belongs to the person and that o16n has no business to change.
STATE = """
def _state():
    import hashlib, logging, os, random, signal, sys, warnings
    import matplotlib, numpy, pandas, sklearn
    from pandas._config import config
    return {
        "random": hashlib.sha256(repr(random.getstate()).encode()).hexdigest(),
        "numpy": hashlib.sha256(numpy.random.get_state()[1].tobytes()).hexdigest(),
        "place in numpy's stream": numpy.random.get_state()[2],
        "folder": os.getcwd(),
        "warnings": [str(one) for one in warnings.filters],
        "backend": matplotlib.get_backend(),
        "rcParams": hashlib.sha256(repr(sorted(matplotlib.rcParams.items())).encode()).hexdigest(),
        "sys.path": list(sys.path),
        "pandas": repr(config._global_config),
        "sklearn": repr(sklearn.get_config()),
        "numpy errors": numpy.geterr(),
        "print options": repr(numpy.get_printoptions()),
        "logging": [logging.root.level, [repr(one) for one in logging.root.handlers], logging.root.manager.disable],
        "signals": [repr(signal.getsignal(one)) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)],
        "environment": dict(os.environ),
        "streams": [id(sys.stdout), id(sys.stderr), id(sys.displayhook)],
        "names": sorted(one for one in get_ipython().user_ns if not one.startswith("_i") and one not in ("_", "__", "___", "_state", "_before")),
    }
"""


class Kernel:
    """A kernel in `folder`: runs cells and completes lines, as Lab would ask it to."""

    def __init__(self, folder):
        from jupyter_client.manager import KernelManager

        self.manager = KernelManager(transport="ipc", ip=str(folder / "k"))
        self.manager.start_kernel(cwd=str(folder))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(60)

    def run(self, code):
        """Run a cell; return what it showed: text, displayed data and error."""
        seen = SimpleNamespace(text="", aside="", shown=[], error=None)

        def hook(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                if content["name"] == "stdout":
                    seen.text += content["text"]
                else:
                    seen.aside += content["text"]
            elif message["msg_type"] in ("display_data", "execute_result"):
                seen.shown.append(content["data"])
            elif message["msg_type"] == "error":
                seen.error = content

        reply = self.client.execute_interactive(code, output_hook=hook, timeout=300)
        seen.payload = reply["content"].get("payload", [])
        return seen

    def complete(self, line):
        """Return what Tab offers at the end of `line`."""
        reply = self.client.complete(line, reply=True, timeout=60)
        return reply["content"]["matches"]

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A project: the credit notebook with its data."""
    folder = tmp_path_factory.mktemp("k")
    shutil.copytree(ROOT / "notebooks" / "data", folder / "data")
    shutil.copy(ROOT / "notebooks" / "credit.ipynb", folder)
    return folder


@pytest.fixture(scope="module")
def late(folder):
    """A kernel that has run the whole credit notebook before it hears of o16n, and then packaged."""
    kernel = Kernel(folder)
    for cell in nbformat.read(folder / "credit.ipynb", 4).cells:
        if cell.cell_type == "code":
            assert kernel.run(cell.source).error is None
    kernel.run("%load_ext o16n")
    kernel.run(STATE)
    kernel.run("_before = _state()")
    kernel.package = kernel.run("b = %o16n package")
    kernel.changed = kernel.run(
        "import json; _now = _state(); print(json.dumps({k: [_before[k], v] for k, v in _now.items() if v != _before[k]}))"
    )
    yield kernel
    kernel.close()


@pytest.fixture(scope="module")
def early(folder):
    """A kernel whose first cell loads o16n and that holds nothing else yet."""
    kernel = Kernel(folder)
    kernel.run("%load_ext o16n")
    yield kernel
    kernel.close()


def test_a_late_load_packages_the_live_kernel_shows_one_card_and_returns_the_object(late, folder):
    assert late.package.error is None
    (card,) = late.package.shown
    assert "<" in card["text/html"]
    assert card["text/plain"].startswith("credit: ")
    assert late.run("print(type(b).__name__, b.verdict)").text.startswith("Packaged ready")
    (again,) = late.run("b").shown
    assert again["text/plain"] == card["text/plain"]
    assert (folder / "bundles" / "credit-1" / "evidence" / "readiness.html").is_file()


def test_packaging_leaves_the_kernel_as_it_was(late):
    changed = json.loads(late.changed.text)
    was, now = changed.pop("names")
    assert set(now) - set(was) == {"b", "json"} - set(was)
    assert set(was) <= set(now)
    assert changed == {}


def test_the_cells_history_and_results_are_the_persons_own(late):
    assert late.run("print(len(In) == get_ipython().execution_count)").text == "True\n"
    assert late.run("print([k for k in Out if not isinstance(k, int)])").text == "[]\n"
    assert (
        late.run("print('b = %o16n package' in get_ipython().history_manager.input_hist_raw)").text
        == "True\n"
    )


def test_bare_says_where_you_are_and_the_next_useful_command(early, late):
    first = early.run("%o16n").text
    assert len(first.splitlines()) <= 8
    assert "next: %o16n inspect" in first
    later = late.run("%o16n").text
    assert len(later.splitlines()) <= 8
    assert "next: %o16n package" in later
    assert "credit.ipynb" in later
    assert re.search(r"models in this kernel: \w", later)


WRONG = {
    "%o16n pakage": ("UnknownName", "did you mean package?"),
    "%o16n package --modle x": ("UnknownName", "did you mean --model"),
    "%o16n package --model {nothing}": ("UsageError", "{nothing} is not defined"),
    "%o16n package --model 'x": ("UsageError", "no closing quotation"),
    "%o16n verify": ("UsageError", "missing argument 'BUNDLE'"),
    "%o16n demo credt": ("UnknownName", "did you mean credit?"),
    "%o16n verify nowhere": ("BundleError", "nowhere"),
    "%%o16n package\nx": ("UsageError", "only %%o16n recipe takes a cell"),
    "%%o16n recipe\nx = 1": ("UsageError", "defines no prepare(rows); write def prepare(rows)"),
}


@pytest.mark.parametrize("line", WRONG)
def test_what_is_asked_wrongly_is_one_red_line(early, line):
    kind, words = WRONG[line]
    seen = early.run(line)
    assert seen.error["ename"] == kind
    assert words in seen.error["evalue"]
    (shown,) = seen.error["traceback"]
    assert shown.startswith("\x1b[31m")
    assert "\n" not in shown
    assert "Traceback" not in seen.text + shown


def test_the_same_errors_reach_papermill_with_name_and_text(tmp_path):
    path = tmp_path / "a.ipynb"
    cells = [nbformat.v4.new_code_cell(one) for one in ("%load_ext o16n", "%o16n pakage")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    with pytest.raises(papermill.PapermillExecutionError) as failed:
        papermill.execute_notebook(
            str(path), None, kernel_name="python3", progress_bar=False, cwd=str(tmp_path)
        )
    assert failed.value.ename == "UnknownName"
    assert "did you mean package?" in failed.value.evalue


def test_help_is_the_shells_text(early):
    from click.testing import CliRunner

    from o16n import grammar, plugins

    parser = grammar.parser(
        plugins.names("o16n.verbs"), lambda name: plugins.load("o16n.verbs", name), notebook=True
    )
    shell = CliRunner().invoke(parser, ["package", "-h"], prog_name="%o16n").output
    for flag in (
        "-h",
        "--help",
    ):  # a kernel may be told of another width, so lines may break elsewhere
        assert early.run(f"%o16n package {flag}").text.split() == shell.split()
    (page,) = early.run("%o16n?").payload
    assert "say where you are" in page["data"]["text/plain"]


def test_json_is_json_and_nothing_else_is_on_stdout(late):
    seen = late.run("%o16n verify bundles/credit-1 --json")
    assert json.loads(seen.text)
    assert seen.shown == []


def test_names_and_expressions_are_filled_in(late):
    late.run("place = 'bundles/credit-1'")
    assert late.run("%o16n verify {place}").error is None
    assert late.run("%o16n verify $place").error is None


def test_a_run_from_inside_a_kernel_works_beside_its_event_loop(early, folder, tmp_path):
    path = tmp_path / "in.ipynb"
    cell = nbformat.v4.new_code_cell("print(6 * 7)")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    seen = early.run(f"r = %o16n run {path}")
    assert seen.error is None
    assert early.run("print(r.run.status)").text == "completed\n"


OFFERED = {
    "%o16n pa": {"package"},
    "x = %o16n rep": {"report"},
    "%%o16n ver": {"verify"},
    "%%o16n rec": {"recipe"},
    "%o16n package --mo": {"--model"},
    "%o16n package --j": {"--json"},
    "%o16n package --model fo": {"forest"},
    "%o16n package --model=fo": {"forest"},
    "%o16n demo pen": {"penguins"},
    "%o16n run cre": {"credit.ipynb"},
    "%o16n package --target y cre": {"credit.ipynb"},
    "%o16n verify cre": {"bundles/credit-1"},
    "%o16n verify bundles/cre": {"bundles/credit-1"},
    "%o16n score bundles/credit-1 data/ger": {"data/german.csv"},
    "%o16n score bundles/credit-1 da": {"data/"},
    "%o16n run credit.ipynb --out da": {"data/"},
}


@pytest.mark.parametrize("line", OFFERED)
def test_tab_offers_what_fits_there_and_nothing_else(late, line):
    assert set(late.complete(line)) == OFFERED[line]


def test_tab_offers_data_by_what_it_is(late):
    offered = late.complete("%o16n package --data ")
    assert "X_train" in offered
    assert "forest" not in offered


def test_tab_elsewhere_is_left_alone(late):
    assert "print" in late.complete("pri")
    assert "len" in late.complete("x = le")
