"""Have a recipe lifted in a child process, which leaves the kernel as it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.bundle import document
from o16n.errors import NotLifted, UsageError
from o16n.recipe import recipe_file
from o16n.recipe.handover import packed, unpacked
from o16n.recipe.lifting.request import RAW, REQUEST, RESULT, VERDICTS
from o16n.recipe.proof import Proof, Verdict

if TYPE_CHECKING:
    import pandas as pd

    from o16n.recipe.lifting.request import Request
    from o16n.recipe.recipe import Recipe

GRACE = 300.0


@dataclass(frozen=True, kw_only=True)
class Found:
    """A recipe with its proof.

    `raw` are the rows as read and `told` the text of what was read; `rows` gives by role (train, test)
    the raw row of each row of its matrix, -1 where there is none. `own_code` says that an estimator
    of the recipe is of a class that the notebook defines.
    """

    recipe: Recipe
    proof: Proof
    told: str
    rows: dict[str, list[int]]
    raw: pd.DataFrame
    own_code: bool
    verdicts: tuple[Verdict, ...] = ()


class NothingLifted(NotLifted):
    """The candidate has no recipe; `verdicts` says what could be lifted of the notebook's fits."""

    verdicts: tuple[Verdict, ...] = ()


def lift_in_child(request: Request) -> Found:
    """Trace, lift and prove in a process of its own.

    Raises:
        NothingLifted: there is no recipe; says where and why.
        UsageError: what o16n.toml says of the raw columns does not fit them.
    """
    with tempfile.TemporaryDirectory(prefix="o16n-recipe-") as name:
        folder = Path(name)
        asked = packed(request)
        if not asked:
            raise NotLifted("the model's inputs cannot be handed to another process")
        (folder / REQUEST).write_bytes(asked)
        (folder / "tmp").mkdir()
        command = [sys.executable, "-P", "-m", "o16n.recipe.lifting.child", str(folder)]
        world = {**os.environ, "TMPDIR": str(folder / "tmp"), "MPLBACKEND": "Agg"}
        with (folder / "said").open("wb") as said:
            try:
                code = subprocess.run(  # noqa: S603 - our own module
                    command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False,
                    timeout=request.seconds + GRACE, env=world,
                ).returncode  # fmt: skip
            except subprocess.TimeoutExpired as error:
                raise NotLifted("the preparation takes too long to repeat") from error
        if not (folder / RESULT).exists():
            said_last = (folder / "said").read_text(errors="replace").strip().split("\n")[-1][:200]
            raise NotLifted(f"the trace ended with exit code {code}: {said_last}")
        return _found(json.loads((folder / RESULT).read_bytes()), folder, request.code)


def _found(told: dict[str, Any], folder: Path, code: str) -> Found:
    if told.get("asked wrongly"):
        raise UsageError(told["reason"], where=told["where"], hint=told["hint"])
    if "proof" not in told:
        refused = NothingLifted(told["reason"], where=told["where"], hint=told["hint"])
        refused.verdicts = _verdicts(folder)
        raise refused
    return Found(
        recipe=recipe_file.from_files(
            lambda name: (folder / name).exists(),
            lambda name: (folder / name).read_bytes(),
            code=code,
        ),
        proof=document.read(Proof, told["proof"], where="proof.json"),
        told=told["told"],
        rows=told["rows"],
        own_code=bool(code) and told["own_code"],
        raw=unpacked((folder / RAW).read_bytes()),
        verdicts=_verdicts(folder),
    )


def _verdicts(folder: Path) -> tuple[Verdict, ...]:
    if not (folder / VERDICTS).exists():
        return ()
    told = json.loads((folder / VERDICTS).read_bytes())
    return tuple(document.read(Verdict, one, where=VERDICTS) for one in told)
