"""The magic, in a real kernel."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]


def run(path, *cells):
    from nbclient import NotebookClient

    told = nbformat.read(path, 4)
    told.cells += [nbformat.v4.new_code_cell(one) for one in cells]
    nbformat.write(told, path)
    client = NotebookClient(
        told, allow_errors=True, resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    return told.cells[-len(cells) :]


@pytest.mark.filterwarnings("ignore")
def test_a_late_load_packages_the_live_kernel_and_errors_are_one_line(tmp_path):
    shutil.copytree(ROOT / "notebooks" / "data", tmp_path / "data")
    path = Path(shutil.copy(ROOT / "notebooks" / "credit.ipynb", tmp_path))
    before = "import numpy as np, random, os; s = (np.random.get_state()[1].sum(), random.getstate(), os.getcwd(), sorted(globals()))"
    package, same, typo, wrong = run(
        path,
        f"%load_ext o16n\n{before}\nb = %o16n package",
        f"before, names = s[:3], set(s[3])\n{before}\nprint(before == s[:3], b.verdict, sorted(set(s[3]) - names - {{'b', 's', 'before', 'names'}}))",
        "%o16n pakage",
        "%o16n package --model nothing",
    )
    assert not [one for one in package.outputs if one.output_type == "error"], package.outputs
    text = same.outputs[0].text
    assert text.startswith("True ready"), text
    for cell, expected in ((typo, "did you mean package"), (wrong, "nothing")):
        error = next(one for one in cell.outputs if one.output_type == "error")
        assert error.ename and expected in error.evalue
        assert len(error.traceback) == 1
    assert (tmp_path / "bundles" / "credit-1" / "evidence" / "readiness.html").is_file()
