"""What execution counts and stored outputs say about how a notebook was last run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.notebook.notebook import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.notebook.notebook import Cell, Notebook

MOST = 3


def findings(notebook: Notebook) -> Iterator[Finding]:
    """Yield cells never run, run out of order, or that ended in an error when last run.

    A notebook saved with no counts at all was cleared, which is no fault.
    """
    cells = [cell for cell in notebook.code if cell.source.strip()]
    counted = [cell for cell in cells if cell.execution_count]
    if counted:
        yield from _never_run([cell for cell in cells if not cell.execution_count])
        yield from _out_of_order(counted)
    for cell in cells:
        error = next((one for one in cell.outputs if one.get("output_type") == "error"), None)
        if error is not None:
            yield Finding(
                slug="stored-error",
                severity="warning",
                message=f"ended in {error.get('ename') or 'an error'} when it was last run",
                place=Place(cell=cell.number),
                hint="run the notebook anew, from the top",
            )


def _never_run(cells: list[Cell]) -> Iterator[Finding]:
    if cells:
        yield Finding(
            slug="never-run",
            severity="warning",
            message=f"{_cells(cells)} never run, though others did",
            place=Place(cell=cells[0].number),
            hint="a job runs every cell: delete it or make it run",
        )


def _out_of_order(counted: list[Cell]) -> Iterator[Finding]:
    """Yield one finding for the cells that ran before a cell above them."""
    latest, early = 0, []
    for cell in counted:
        count = cell.execution_count or 0
        if count < latest:
            early.append(cell)
        latest = max(latest, count)
    if early:
        first = early[0]
        yield Finding(
            slug="out-of-order",
            severity="warning",
            message=f"{_cells(early)} run before a cell above ([{first.execution_count}] in "
            f"cell {first.number})",
            place=Place(cell=first.number),
            hint="a job runs from the top: restart and run all once",
        )


def _cells(cells: list[Cell]) -> str:
    """Return `was` for one cell (its place says which), `cells 3, 5 and 8 were`, `cells 3, 5, 8 and 4 more were`."""
    numbers = [str(cell.number) for cell in cells]
    if len(numbers) == 1:
        return "was"
    if len(numbers) > MOST + 1:
        return f"cells {', '.join(numbers[:MOST])} and {len(numbers) - MOST} more were"
    return f"cells {', '.join(numbers[:-1])} and {numbers[-1]} were"
