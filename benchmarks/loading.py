"""What `%load_ext o16n` costs over what `import pandas` costs, in CPU time.

Both are timed in one process that has imported what a kernel has, and has loaded another extension
before, so that IPython's own share is not counted; the median over fresh processes, which find
their byte code compiled, as pip leaves it. The next cell, which starts the watcher, is shown beside:
it is paid once, and not by who only loads.

    python benchmarks/loading.py [--rounds N]

Exits with 1 where loading costs 1 % of `import pandas` or more.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIMIT = 0.01
ONCE = """
import json, sys, time
import ipykernel.ipkernel, ipykernel.kernelapp, ipykernel.zmqshell
from IPython.core.interactiveshell import InteractiveShell

def cost(act, *given):
    start = time.process_time()
    act(*given)
    return time.process_time() - start

shell = InteractiveShell.instance()
shell.run_cell("a = 1")
shell.run_line_magic("load_ext", "storemagic")
load = cost(shell.run_line_magic, "load_ext", "o16n")
first, second = cost(shell.run_cell, "a = 1"), cost(shell.run_cell, "a = 1")
assert __import__("o16n.watching.watch", fromlist=["x"]).current().listening
pandas = cost(__import__, "pandas")
print(json.dumps({"load": load, "next": first - second, "pandas": pandas}))
"""


def measured(folder: Path) -> dict[str, float]:
    """Return CPU seconds of loading, of what the next cell pays for it, and of `import pandas`."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    place = {
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(folder),
        "IPYTHONDIR": str(folder / "i"),
    }
    done = subprocess.run(
        [sys.executable, "-c", ONCE],
        env=kept | place,
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> int:
    """Print the shares; tell whether loading keeps its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as place:
        measured(Path(place))  # compiles
        found = [measured(Path(place)) for _ in range(rounds)]
    load, following = (
        statistics.median(one[key] / one["pandas"] for one in found) for key in ("load", "next")
    )
    pandas = statistics.median(one["pandas"] for one in found)
    print(
        f"Python {sys.version.split()[0]}, median of {rounds} processes: import pandas {pandas * 1e3:.0f} ms; "
        f"%load_ext o16n × {load:.4f} (limit {LIMIT}); the next cell, once × {following:.4f}"
    )
    return 0 if load < LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
