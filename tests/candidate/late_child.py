"""Live through notebooks in kernels that o16n enters last; tell what it then chooses, and what it changed.

Called with a folder of notebooks, one for the answers, `choose`, `package` or `early` (o16n enters first), and
the notebooks' names. Each notebook lives in a fork of its own, so that the libraries are imported once.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import sys
import warnings
from pathlib import Path


def live(path, before=()):
    """Run all cells as a kernel would, write what they printed into the file, return the shell."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.enable_gui = lambda _=None: None
    for cell in before:
        shell.run_cell(cell, store_history=True)
    told = json.loads(path.read_text())
    for count, cell in enumerate((c for c in told["cells"] if c["cell_type"] == "code"), 1):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            done = shell.run_cell("".join(cell["source"]), store_history=True)
        assert done.success, (path.name, count, done.error_in_exec)
        text = {"output_type": "stream", "name": "stdout", "text": printed.getvalue()}
        cell["outputs"], cell["execution_count"] = [text], count
    path.write_text(json.dumps(told))
    return shell


def state(shell):
    """Return what belongs to the person: names, random states, working directory, filters, files."""
    import numpy as np

    return {
        "names": {n: id(v) for n, v in shell.user_ns.items() if not n.startswith("_")},
        "random": repr(random.getstate()),
        "numpy": repr(np.random.get_state()),  # noqa: NPY002
        "folder": os.getcwd(),  # noqa: PTH109
        "warnings": list(map(str, warnings.filters)),
        "files": {one.name: one.stat().st_mtime_ns for one in Path().iterdir() if one.is_file()},
    }


def told_late(path, verb):
    """Return what is chosen or packaged when the extension is loaded last, as JSON."""
    from o16n.errors import O16nError

    load = "%load_ext o16n"
    shell = live(path, before=(load,) if verb == "early" else ())
    before = state(shell)
    shell.run_cell(load, store_history=True)
    told = {"error": "", "changed": []}
    try:
        told |= {"package": _package}.get(verb, _choice)(shell, path)
    except O16nError as error:
        told["error"] = f"{type(error).__name__}: {error}"
    after = state(shell)
    told["changed"] = [one for one in before if before[one] != after[one]]
    return told


def _choice(shell, path):
    from o16n.candidate.choose import choose
    from o16n.candidate.data import height
    from o16n.notebook.read import read_notebook
    from o16n.staging import kernel

    with kernel.kernel_as_it_was():
        record = kernel.watched()
        made = choose(shell.user_ns, read_notebook(path), record=record)
    parts = {"train": made.train, "test": made.test}
    return {
        "name": made.name,
        "class": type(made.model).__name__,
        "watched": made.watched,
        "reasons": [one.statement for one in made.reasons],
        "ranking": list(made.ranking),
        "parts": {
            k: (p.name, p.target_name, height(p.X)) for k, p in parts.items() if p is not None
        },
    }


def _package(shell, path):
    from o16n.grammar import Face
    from o16n.verbs import package

    face = Face(say=lambda _: None, notebook=path.resolve(), namespace=shell.user_ns)
    made = package.run(package.Options(), face)
    return {"bundle": str(made.bundle), "text": str(made)}


def main(folder, out, verb, *names):
    os.chdir(folder)
    sys.argv = ["kernel"]
    import matplotlib as mpl
    import pandas as pd  # noqa: F401 - once for all forks
    import sklearn.ensemble
    import sklearn.linear_model
    import sklearn.model_selection
    import sklearn.pipeline  # noqa: F401

    mpl.use("Agg")
    for name in names:
        child = os.fork()
        if not child:
            try:
                told = told_late(Path(f"{name}.ipynb"), verb)
                Path(out, f"{name}.json").write_text(json.dumps(told))
            finally:
                os._exit(0)  # whatever is missing then is noticed by who reads the answers
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
