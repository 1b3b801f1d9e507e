"""Importing costs nothing until something is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = ["pandas", "numpy", "sklearn", "shap", "matplotlib", "nbformat", "papermill"]


def _modules(code):
    text = f"{code}\nimport sys; print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    return done.stderr.strip().splitlines()[-1]


def test_loading_the_extension_imports_nothing_heavy():
    before = "from IPython.core.interactiveshell import InteractiveShell\ns = InteractiveShell.instance()\n"
    assert _modules(before + "s.run_line_magic('load_ext', 'o16n')") == "[]"


def test_help_imports_nothing_heavy():
    assert _modules("from o16n.cli import main\nassert main(['--help']) == 0") == "[]"


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
