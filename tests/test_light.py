"""Importing costs nothing until something is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = ["pandas", "numpy", "sklearn", "shap", "matplotlib", "nbformat", "papermill"]


SHELL = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "o16n")
"""


def _modules(code, also=()):
    """Return which heavy modules, and of `also`, a process has imported after `code`."""
    watched = [*HEAVY, *also]
    text = (
        f"import sys\n{code}\nprint([m for m in {watched!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    return done.stderr.strip().splitlines()[-1]


def test_importing_the_package_imports_nothing_but_itself():
    code = "import importlib, typing\nbefore = set(sys.modules)\nimport o16n\nnew = set(sys.modules) - before\n"
    assert _modules(code + "assert new <= {'o16n', '__future__'}, new") == "[]"


def test_loading_the_extension_imports_nothing_heavy_nor_what_the_first_magic_needs():
    assert _modules(SHELL, also=["click", "jinja2", "ipywidgets", "skops"]) == "[]"


def test_loading_the_extension_imports_five_modules_of_ours_and_nothing_else():
    code = """
import sys, ipykernel.zmqshell
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "storemagic")
before = set(sys.modules)
shell.run_line_magic("load_ext", "o16n")
new = set(sys.modules) - before
assert new == {"o16n", "o16n.errors", "o16n.magics", "o16n.watching", "o16n.watching.watch"}, new
"""
    assert _modules(code) == "[]"


def test_help_imports_nothing_heavy():
    assert _modules("from o16n.cli import main\nassert main(['--help']) == 0", ["jinja2"]) == "[]"


def test_help_of_every_verb_imports_nothing_heavy():
    code = """
from o16n import cli, plugins
for name in plugins.names("o16n.verbs"):
    assert cli.main([name, "--help"]) == 0
"""
    assert _modules(code, also=["jinja2"]) == "[]"


def test_bare_and_completion_import_nothing_heavy():
    code = """
from IPython.core.completer import provisionalcompleter
shell.run_line_magic("o16n", "")
for line in ("%o16n pa", "%o16n package --", "%o16n package --model ", "%o16n score a ", "%o16n demo p"):
    with provisionalcompleter():
        assert list(shell.Completer.completions(line, len(line))) or line.endswith(" ")
"""
    assert _modules(SHELL + code, also=["jinja2", "click"]) == "[]"


def test_the_scoring_path_needs_no_notebook_libraries():
    code = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in {'papermill','nbformat','ipywidgets','IPython','shap','matplotlib','jinja2'}:
            raise ImportError(name)
sys.meta_path.insert(0, Block())
import o16n.scoring.scorer, o16n.scoring.golden, o16n.scoring.validate, o16n.monitoring.profile, o16n.recipe.replay, o16n.bundle.model_file, o16n.bundle.read
"""
    assert _modules(code) == "[]"


def test_layers_hold():
    command = "from importlinter.cli import lint_imports_command as c; c()"
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=False, cwd=root
    )
    assert done.returncode == 0, done.stdout[-3000:]
