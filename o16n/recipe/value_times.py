"""Points, spans and zones of time, and pandas' marks for what is missing, as JSON and back."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING, Any

from o16n.recipe.value_numbers import UnwritableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from o16n.recipe.values import Reader, Writer


def writers() -> dict[type, Callable[[Any, Writer], Any]]:
    """Return the writers for exact types."""
    import pandas as pd

    return {
        pd.Timestamp: _timestamp,
        pd.Timedelta: lambda value, _: {"timedelta": _counted(value)},
        pd.Period: lambda value, _: {"period": [value.ordinal, value.freqstr]},
        pd.Interval: _interval,
        type(pd.NaT): lambda _, __: {"missing": "NaT"},
        type(pd.NA): lambda _, __: {"missing": "NA"},
        dt.datetime: _datetime,
        dt.date: lambda value, _: {"date": value.isoformat()},
        dt.time: _time,
        dt.timedelta: _duration,
        dt.timezone: lambda value, _: {"zone": zone_of(value)},
        zoneinfo.ZoneInfo: lambda value, _: {"zone": zone_of(value)},
    }


def writer_for(value: Any) -> Callable[[Any, Writer], Any] | None:
    """Return the writer for an offset of pandas."""
    from pandas.tseries.offsets import BaseOffset

    return _offset if isinstance(value, BaseOffset) else None


def zone_of(zone: Any) -> Any:
    """Return a zone as its name, `UTC` or its seconds east of it.

    Raises:
        UnwritableError: it has neither.
    """
    if zone is dt.UTC:
        return "UTC"
    if isinstance(zone, dt.timezone):
        return zone.utcoffset(None).total_seconds()
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if not isinstance(name, str):
        raise UnwritableError(f"a time zone {type(zone).__name__}")
    return {"name": name}


def zone_from(told: Any) -> Any:
    """Return the zone that `zone_of` wrote."""
    if told == "UTC":
        return dt.UTC
    if isinstance(told, dict):
        return zoneinfo.ZoneInfo(told["name"])
    return dt.timezone(dt.timedelta(seconds=told))


def _counted(value: Any) -> list[Any]:
    """Return how many of which unit a timestamp or span is."""
    return [int(value.asm8.view("i8")), value.unit]


def _timestamp(value: Any, _: Writer) -> Any:
    return {"timestamp": [*_counted(value), None if value.tz is None else zone_of(value.tz)]}


def _interval(value: Any, writer: Writer) -> Any:
    return {"interval": [writer.write(value.left), writer.write(value.right), value.closed]}


def _datetime(value: dt.datetime, _: Writer) -> Any:
    zone = None if value.tzinfo is None else zone_of(value.tzinfo)
    return {"datetime": [value.replace(tzinfo=None).isoformat(), zone, value.fold]}


def _time(value: dt.time, _: Writer) -> Any:
    zone = None if value.tzinfo is None else zone_of(value.tzinfo)
    return {"time": [value.replace(tzinfo=None).isoformat(), zone, value.fold]}


def _duration(value: dt.timedelta, _: Writer) -> Any:
    return {"duration": [value.days, value.seconds, value.microseconds]}


def _offset(value: Any, writer: Writer) -> Any:
    """Write an offset by class, count and settings, which must give an equal one."""
    told = [
        type(value).__name__,
        value.n,
        bool(value.normalize),
        writer.write(dict(sorted(value.kwds.items()))),
    ]
    if type(value) is not _offset_class(told[0]) or _made(told, dict(value.kwds)) != value:
        raise UnwritableError(f"an offset {value!r}")
    return {"offset": told}


def _offset_class(name: Any) -> Any:
    import pandas as pd
    from pandas.tseries.offsets import BaseOffset

    found = getattr(pd.offsets, name, None) if isinstance(name, str) else None
    if not isinstance(found, type) or not issubclass(found, BaseOffset):
        raise UnwritableError(f"an offset {name}")
    return found


def _made(told: Any, settings: dict[str, Any]) -> Any:
    kind, count, normalize, _ = told
    made = _offset_class(kind)
    return made(count, normalize=True, **settings) if normalize else made(count, **settings)


def _read_timestamp(told: Any, _: Reader) -> Any:
    import numpy as np
    import pandas as pd

    count, unit, zone = told
    value = pd.Timestamp(np.datetime64(int(count), unit))
    return value if zone is None else value.tz_localize("UTC").tz_convert(zone_from(zone))


def _read_timedelta(told: Any, _: Reader) -> Any:
    import numpy as np
    import pandas as pd

    return pd.Timedelta(np.timedelta64(int(told[0]), told[1]))


def _read_missing(told: Any, _: Reader) -> Any:
    import pandas as pd

    return {"NaT": pd.NaT, "NA": pd.NA}[told]


def _read_period(told: Any, _: Reader) -> Any:
    import pandas as pd

    return pd.Period(ordinal=int(told[0]), freq=told[1])


def _read_interval(told: Any, reader: Reader) -> Any:
    import pandas as pd

    return pd.Interval(reader.read(told[0]), reader.read(told[1]), told[2])


def _read_datetime(told: Any, _: Reader) -> dt.datetime:
    text, zone, fold = told
    return dt.datetime.fromisoformat(text).replace(
        tzinfo=None if zone is None else zone_from(zone), fold=fold
    )


def _read_time(told: Any, _: Reader) -> dt.time:
    text, zone, fold = told
    return dt.time.fromisoformat(text).replace(
        tzinfo=None if zone is None else zone_from(zone), fold=fold
    )


READERS: dict[str, Callable[[Any, Reader], Any]] = {
    "timestamp": _read_timestamp,
    "timedelta": _read_timedelta,
    "missing": _read_missing,
    "period": _read_period,
    "interval": _read_interval,
    "offset": lambda told, reader: _made(told, reader.read(told[3])),
    "datetime": _read_datetime,
    "date": lambda told, _: dt.date.fromisoformat(told),
    "time": _read_time,
    "duration": lambda told, _: dt.timedelta(*told),
    "zone": lambda told, _: zone_from(told),
}
