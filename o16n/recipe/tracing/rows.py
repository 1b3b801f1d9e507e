"""Which rows a result has: by running the call on a twin with positional labels, by index, by length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.aligned import index_of, is_whole, length, row_part
from o16n.recipe.tracing.kinds import (
    BY_ELEMENT,
    CHOOSERS,
    FACTS,
    FILTERS,
    GROUP_ALIGNED,
    GROUPED,
    REDUCERS,
    STACKS,
    WINDOWS,
    axis_of,
    is_estimator,
    is_lazy,
    kind_of,
)
from o16n.recipe.tracing.tracked import Aligned, Form

if TYPE_CHECKING:
    import numpy as np

    from o16n.recipe.program import Role
    from o16n.recipe.tracing.tracked import Call, Known, Tracked

INDEXED = ("getitem", "loc", "iloc")
CONDITIONS = ("dropna", "query", "drop")


def align(
    call: Call, known: Known, result: Any, chosen: np.ndarray[Any, Any] | None
) -> Aligned | None:
    """Return the rows of a result, None where it is not row-aligned."""
    count = length(result)
    if count is None or call.called in FACTS or _reduces(call):
        return None
    first = call.tracked[0]
    if (
        chosen is not None
        and len(chosen) == count
        and len(first.rows) > int(chosen.max(initial=-1))
    ):
        return _chosen(call, known, first, chosen)
    if call.called in CHOOSERS and chosen is None:
        return _by_labels(first, result)
    stacked = sum(len(one.rows) for one in call.tracked)
    if call.called in STACKS and count == stacked and len(call.tracked) > 1:
        rows = _joined([one.rows for one in call.tracked])
        return Aligned(rows=rows, follows=first.register, role="concat")
    if (
        call.called == "getitem"
        and kind_of(call.owner) in ("array", "list")
        and known.find(call.owner)
    ):
        return _of_array(call, known, first, count)
    return _like(call, result, count)


def _reduces(call: Call) -> bool:
    """Tell whether a call gives facts about all rows, whatever the length of what it gives."""
    kind = type(call.owner).__name__
    if is_lazy(call.owner) and kind in GROUPED:
        return call.called not in GROUP_ALIGNED
    if is_lazy(call.owner) and kind in WINDOWS:
        return False
    if is_estimator(call.owner) and call.called == "fit_resample":
        return True
    if call.called not in REDUCERS or call.called in ("nlargest", "nsmallest"):
        return False
    by_row = axis_of(call.called, call.given, call.options) == 1
    return not by_row and not (is_lazy(call.owner) and kind in BY_ELEMENT)


def _chosen(call: Call, known: Known, first: Tracked, chosen: np.ndarray[Any, Any]) -> Aligned:
    rows = first.rows[chosen]
    if chosen_by_nothing_new(call, known):
        return Aligned(rows=rows, follows=first.register, role="pass", form=_passing(call, first))
    unchanged = len(rows) == len(first.rows) and bool((rows == first.rows).all())
    along_rows = call.called in CONDITIONS and axis_of(call.called, call.given, call.options) == 0
    live = call.called in ("getitem", "loc") and bool(known.inside(row_part(call.key)))
    role: Role = "filter" if along_rows or live or not unchanged else "rows"
    return Aligned(rows=rows, follows=first.register, role=role)


def chosen_by_nothing_new(call: Call, known: Known) -> bool:
    """Tell whether a call picks training rows by something that new rows do not have."""
    if call.called in CHOOSERS:
        return True
    if call.called in INDEXED:
        part = row_part(call.key)
        inside = known.inside(part)
        return not is_whole(part) and all(one.by_order for one in inside)
    if call.called == "drop":
        labels = [call.options.get("labels"), call.options.get("index"), *call.given[:1]]
        constant = not any(known.inside(one) for one in labels)
        return axis_of("drop", call.given, call.options) == 0 and constant
    return False


def _passing(call: Call, first: Tracked) -> Form:
    """Return the form of a choice of rows that lets all rows through, its choice of columns kept."""
    from o16n.recipe.program import Ref

    owner = Ref(first.register)
    rest = call.key[1:] if call.called in INDEXED and isinstance(call.key, tuple) else ()
    if all(is_whole(one) for one in rest):
        return Form(function="same", arguments=(owner,))
    return Form(function=call.written, arguments=(owner, (slice(None), *rest)))


def _by_labels(first: Tracked, result: Any) -> Aligned | None:
    """Follow shuffled or sampled rows by their labels."""
    from o16n.recipe.program import Ref

    mine, theirs = index_of(first.value), index_of(result)
    if mine is None or theirs is None or not mine.is_unique or not theirs.isin(mine).all():
        return None
    form = Form(function="same", arguments=(Ref(first.register),))
    rows = first.rows[mine.get_indexer(theirs)]
    return Aligned(rows=rows, follows=first.register, role="pass", form=form)


def _of_array(call: Call, known: Known, first: Tracked, count: int) -> Aligned | None:
    import numpy as np

    part = row_part(call.key)
    if is_whole(part) or part is None:
        same = count == len(first.rows)
        return Aligned(rows=first.rows, follows=first.register, role="rows") if same else None
    if not isinstance(part, slice) and length(part) is None:
        return None
    try:
        rows = first.rows[part if isinstance(part, slice) else np.asarray(part)]
    except IndexError:
        return None
    if len(rows) != count:
        return None
    if chosen_by_nothing_new(call, known):
        return Aligned(rows=rows, follows=first.register, role="pass", form=_passing(call, first))
    return Aligned(rows=rows, follows=first.register, role="filter")


def _like(call: Call, result: Any, count: int) -> Aligned | None:
    """Return the rows of the argument with the same index, else of one with as many rows."""
    index = index_of(result)
    if index is not None:
        for one in call.tracked:
            theirs = _index_behind(one.value)
            if (
                theirs is not None
                and len(theirs) == count
                and (index is theirs or index.equals(theirs))
            ):
                return _follow(call, one)
    for one in call.tracked:
        if len(one.rows) == count:
            return _follow(call, one)
    return None


def _follow(call: Call, one: Tracked) -> Aligned:
    ordered = call.called == "duplicated" or (
        call.called in ("invert", "eq", "ne") and one.by_order
    )
    return Aligned(rows=one.rows, follows=one.register, role="rows", by_order=ordered)


def _index_behind(value: Any) -> Any:
    if is_lazy(value):
        value = getattr(value, "obj", getattr(value, "_parent", None))
        return getattr(value, "index", None)
    return index_of(value)


def _joined(parts: list[Any]) -> Any:
    import numpy as np

    return np.concatenate(parts)


def positions(call: Call, value: Any) -> np.ndarray[Any, Any] | None:
    """Return the positions of the rows that a call on `value` keeps, by running it on a twin.

    The twin has positional labels, so that duplicate labels do not mislead.
    """
    import numpy as np

    if index_of(value) is None or not _repeatable(call):
        return None
    count = len(value)
    if call.called in INDEXED and not _picks_rows(call, count):
        return _by_label_list(call, value, count)
    try:
        out = _on_twin(call, value)
    except Exception:  # noqa: BLE001 - the call itself follows and says so in its own words
        return None
    kept = index_of(out)
    if kept is None or kept.dtype.kind not in "iu" or (len(kept) and int(kept.max()) >= count):
        return None
    wide = kind_of(value) == "frame" and kind_of(out) == "series"
    if wide and len(kept) != count and not (call.called in INDEXED and isinstance(call.key, tuple)):
        return None  # a series of columns
    found: np.ndarray[Any, Any] = np.asarray(kept)
    return found


def _repeatable(call: Call) -> bool:
    """Tell whether a call gives the same rows when it is done again."""
    if call.called not in FILTERS | CHOOSERS or call.called in ("resample", "shuffle", "filter"):
        return False
    return call.called != "sample" or call.options.get("random_state") is not None


def _on_twin(call: Call, value: Any) -> Any:
    import pandas as pd

    twin = value.set_axis(pd.RangeIndex(len(value)), axis=0)
    dropped = ("inplace", "ignore_index")
    options = {k: _relabelled(v, value, call) for k, v in call.options.items() if k not in dropped}
    given = [_relabelled(one, value, call) for one in call.given]
    if call.called == "getitem":
        return twin[given[-1]]
    if call.called in ("loc", "iloc"):
        return getattr(twin, call.called)[given[-1]]
    return getattr(twin, call.called)(*given, **options)


def _picks_rows(call: Call, count: int) -> bool:
    """Tell whether a subscript selects rows by a mask or a slice, as the twin can repeat it."""
    import numpy as np

    part = row_part(call.key)
    mask = length(part) == count and np.asarray(part).dtype == bool
    if call.called == "getitem":
        return isinstance(part, slice) or mask
    if call.called == "loc":
        return is_whole(part) or mask
    return True


def _by_label_list(call: Call, value: Any, count: int) -> np.ndarray[Any, Any] | None:
    """Return the positions of the rows that `loc` takes by their labels."""
    import numpy as np

    if call.called != "loc" or not value.index.is_unique:
        return None
    try:
        labels = value.loc[row_part(call.key)].index
    except Exception:  # noqa: BLE001 - the call itself follows and says so in its own words
        return None
    if kind_of(value) == "frame" and labels.equals(value.columns):
        return None  # one row, told by its columns
    found: np.ndarray[Any, Any] = np.arange(count)[value.index.get_indexer(labels)]
    return found


def _relabelled(argument: Any, value: Any, call: Call) -> Any:
    """Return an argument with the labels of `value` replaced by positions."""
    import pandas as pd

    count = len(value)
    if (
        kind_of(argument) in ("series", "frame")
        and len(argument) == count
        and argument.index.equals(value.index)
    ):
        return argument.set_axis(pd.RangeIndex(count), axis=0)
    if isinstance(argument, tuple):
        return tuple(_relabelled(one, value, call) for one in argument)
    if (
        call.called == "drop"
        and axis_of("drop", call.given, call.options) == 0
        and value.index.is_unique
    ):
        labels = pd.Index([argument]) if length(argument) is None else pd.Index(argument)
        if (
            not isinstance(argument, str | bool)
            and argument is not None
            and labels.isin(value.index).all()
        ):
            return value.index.get_indexer(labels)
    return argument
