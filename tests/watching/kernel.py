"""Cells in a real kernel, watched or not: everything that a person could see of them, made comparable."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import textwrap
from pathlib import Path

from tests.watching.shell import INSTALL

ROOT = Path(__file__).parents[2]
PATIENCE = 300
CHANCE = re.compile(  # the process's number, addresses, and times that were measured
    r"(?<=ipykernel)_\d+|(?<=\(pid=)\d+|(?<=at )(?:0x[0-9a-f]+|[0-9A-F]{9,})|(?<=\.\.\.x)[0-9a-f]{9,}"
    r"|(?:CPU times|Wall time): .*|(?<=fitted-att-type).*?</td>.*?</td>"
)
RECORD = """
import json
from o16n.watching.watch import current
from o16n.watching.record_file import to_json
record = current().record()
with open({out!r}, "w") as file:
    json.dump({{**to_json(record), "texts": [one.text for one in record.cells]}}, file)
"""


@contextlib.contextmanager
def kernel(folder, *, watched):
    """Start a kernel in `folder`; yield a function that runs one cell, visibly or not."""
    from jupyter_client.manager import start_new_kernel

    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONHASHSEED": "0",
    }
    manager, client = start_new_kernel(
        startup_timeout=PATIENCE, cwd=str(folder), env=env, stderr=subprocess.DEVNULL
    )

    def run(source, *, silent=False):
        told = []
        reply = client.execute_interactive(
            textwrap.dedent(source),
            silent=silent,
            store_history=not silent,
            timeout=PATIENCE,
            allow_stdin=False,
            stop_on_error=False,
            output_hook=told.append,
        )["content"]
        return {
            "count": reply.get("execution_count"),
            "status": reply["status"],
            "outputs": merged(told),
        }

    try:
        if watched:
            assert run(INSTALL, silent=True)["status"] == "ok"
        yield run
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def merged(messages):
    """Return what was shown in order, then each stream whole (they split and cross by timing), no process's number."""
    outputs, streams = [], {}
    for message in messages:
        kind, content = message["msg_type"], message["content"]
        if kind == "stream":
            streams[content["name"]] = streams.get(content["name"], "") + content["text"]
        elif kind in ("display_data", "execute_result", "update_display_data", "clear_output"):
            outputs.append([kind, json.dumps(content.get("data", {}), sort_keys=True)])
        elif kind == "error":
            outputs.append([kind, "\n".join(content["traceback"])])
    return [[kind, CHANCE.sub("", text)] for kind, text in [*outputs, *sorted(streams.items())]]


def record_of(run, folder):
    """Return the record's document of a kernel; nothing of the question stays in its names."""
    out = folder / "record.out"
    code = RECORD.format(out=str(out))
    asked = run(f"exec({code!r}, {{'__builtins__': __builtins__}})", silent=True)
    assert asked == {"count": asked["count"], "status": "ok", "outputs": []}, asked
    return json.loads(out.read_text())
