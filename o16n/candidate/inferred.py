"""Model, X, y and raw data where nobody watched: from names, statements and what can be read again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.candidate import reads
from o16n.candidate import statements as told
from o16n.candidate.data import Seen, find_parts
from o16n.candidate.found import Found
from o16n.candidate.models import Told, choose_model, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from o16n.candidate.statements import Statement
    from o16n.notebook.notebook import Notebook


def inferred(
    namespace: dict[str, Any],
    notebook: Notebook,
    *,
    named: str | None,
    data: str | None,
    ask: Callable[[str, Sequence[str]], int] | None,
) -> Found:
    """Return what names and statements tell, held against the model itself.

    Raises:
        AmbiguousCandidate: several answers are possible and nobody can be asked.
        UnsupportedModel: o16n cannot take the model.
    """
    all_of, loops = told.statements(notebook), told.loop_names(notebook)
    name, model, why = choose_model(namespace, _told(all_of, loops), named=named, ask=ask)
    aliases = [name, *(one for one in names_of(namespace, model) if one not in loops)]
    seen = Seen(
        namespace=namespace,
        statements=all_of,
        model=model,
        aliases=tuple(aliases),
        loops=frozenset(loops),
    )
    folder = notebook.path.parent if notebook.path else Path.cwd()
    return Found(
        name=name,
        model=model,
        reason=why,
        parts=find_parts(seen, data=data),
        sources=reads.raw_data(namespace, all_of, folder),
    )


def _told(all_of: tuple[Statement, ...], loops: set[str]) -> Told:
    fitted = {owner: place for owner, _, _, place in told.fits(all_of) if owner}
    in_loop = {name: told.fitted_in_loop(all_of, name) for name in fitted}
    return Told(
        saved=told.saves(all_of),
        fitted=fitted,
        in_loop={name: place for name, place in in_loop.items() if place is not None},
        evaluated={owner for owner, *_ in told.predictions(all_of)} - loops,
    )
