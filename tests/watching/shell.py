"""Cells in an IPython shell of a process of its own: as a kernel runs them, and quicker than a kernel starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
INSTALL = "__import__('o16n.watching.watch', fromlist=['x']).install(get_ipython())"
TELL = """
from o16n.watching.watch import current
from o16n.watching.record_file import to_json
record = current().record() if current() else None
told["record"] = {
    **to_json(record),
    "kept": sorted(record.kept),
    "states": sorted(map(list, record.states)),
} if record else None
"""
PROCESS = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
told = {{}}
for cell in json.loads({cells!r}):
    shell.run_cell(cell, store_history=True)
{after}
sys.stdout.flush()
open({out!r}, "w").write(json.dumps(told, default=str))
"""


def run_shell(*cells, folder, after=TELL, python=sys.executable, prefix=()):
    """Run cells; return what `after` put into `told`, with `stdout` and `stderr`."""
    out = folder / "told.json"
    cells = json.dumps([textwrap.dedent(cell) for cell in cells])
    script = folder / "in_shell.py"
    script.write_text(PROCESS.format(cells=cells, after=after, out=str(out)))
    done = subprocess.run(
        [python, *prefix, str(script)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(folder / "ipython")},
    )
    assert out.exists(), done.stderr[-3000:]
    return {**json.loads(out.read_text()), "stdout": done.stdout, "stderr": done.stderr}
