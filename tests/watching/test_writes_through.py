"""What was read stays as it was read, also under a pandas that writes through a lazy copy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from o16n.watching import kinds
from o16n.watching.values import Values


@pytest.fixture(params=["copies on write", "writes through"])
def frame(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """Rows in blocks of numbers and of objects.

    From pandas 3 on no option brings the older way back, so there it is played by writing to the
    blocks themselves.
    """
    through = request.param == "writes through"
    monkeypatch.setattr(kinds, "copies_on_write", lambda: not through)
    monkeypatch.setattr("o16n.watching.values.copies_on_write", lambda: not through)
    made = pd.DataFrame({"n": np.arange(5.0), "m": np.arange(5.0)})
    made["t"] = pd.Series(list("abcde"), dtype=object)
    made.attrs["through"] = through
    return made


def _write(frame: pd.DataFrame, row: int, column: str, value: object) -> None:
    if not frame.attrs["through"]:
        frame.loc[row, column] = value
        return
    for block in frame._mgr.blocks:
        where = list(block.mgr_locs)
        if list(frame.columns).index(column) in where:
            array = block.values  # noqa: PD011 - of a block, not of a frame
            array.flags.writeable = True
            array[where.index(list(frame.columns).index(column)), row] = value


@pytest.mark.parametrize(("column", "value"), [("n", 99.0), ("t", "changed")])
def test_a_frame_written_to_after_it_was_read_is_another_value_and_the_first_is_kept(
    frame: pd.DataFrame, column: str, value: object
) -> None:
    values = Values()
    read = values.token(frame, raw=True)
    assert read is not None
    before = frame.copy(deep=True)
    _write(frame, 3, column, value)
    after = values.token(frame)
    assert after is not None
    assert after != read
    assert values.kept[read].equals(before)
    assert values.kept[after].loc[3, column] == value


def test_a_frame_that_nobody_wrote_to_stays_one_value(frame: pd.DataFrame) -> None:
    values = Values()
    assert values.token(frame) == values.token(frame)


def test_a_copy_that_shares_no_memory_is_charged_at_once(frame: pd.DataFrame) -> None:
    values = Values()
    values.token(frame)
    assert bool(values.spent) is frame.attrs["through"]
