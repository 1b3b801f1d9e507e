"""A notebook that has been lived through: its cells run in this process, its names and text kept."""

from __future__ import annotations

import contextlib
import io
import textwrap

import pytest

from o16n.notebook.notebook import Cell, Notebook


@pytest.fixture
def lived(tmp_path, monkeypatch):
    """Run cells of source one after the other in `tmp_path`; return (namespace, notebook)."""
    monkeypatch.chdir(tmp_path)

    def run(*sources):
        namespace, cells = {"__name__": "__main__"}, []
        for number, source in enumerate(map(textwrap.dedent, sources), 1):
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(source, f"<cell {number}>", "exec"), namespace)
            output = {"output_type": "stream", "name": "stdout", "text": printed.getvalue()}
            cells.append(
                Cell(
                    number=number,
                    id=None,
                    kind="code",
                    source=source,
                    execution_count=number,
                    outputs=(output,),
                )
            )
        return namespace, Notebook(path=tmp_path / "train.ipynb", cells=tuple(cells))

    return run
