"""A record written by hand: what cells did, call by call, with the objects they did it to."""

from __future__ import annotations

from o16n.candidate.reading import Reading
from o16n.watching.record import CellRun, Estimator, Event, Record, Value, Where


class Script:
    """Notes calls as the watcher would; each call runs in a cell of its own, on its line 1."""

    def __init__(self, loops=()):
        self.events, self.cells = [], []
        self.kept, self.values, self.names = {}, {}, {}
        self.estimators, self.states, self.best = {}, {}, {}
        self.tokens, self.things, self.held = {}, {}, []
        self.loops = frozenset(loops)

    def token(self, value, name=""):
        """Return the token of an object, by identity; an array's view knows its base."""
        if id(value) not in self.tokens:
            token = self.tokens[id(value)] = len(self.tokens) + 1
            self.held.append(value)
            base = self.tokens.get(id(getattr(value, "base", None)))
            columns = getattr(value, "columns", None)
            self.values[token] = Value(
                token=token,
                thing=token,
                kind="array",
                shape=tuple(getattr(value, "shape", ())),
                columns=tuple(columns) if columns is not None else None,
                base=base,
            )
            self.kept[token] = value
        token = self.tokens[id(value)]
        if name:
            self.names[token] = (*self.names.get(token, ()), name)
        return token

    def call(self, kind, name, given=(), gave=(), *, owner=None, state=None, **more):
        """Note a call of a cell that prints `text`; return its event."""
        order = len(self.cells) + 1
        text = more.pop("text", "")
        cell = CellRun(order=order, id=None, digest="", source=name, start=0.0, end=1.0, ok=True)
        cell.text = text
        self.cells.append(cell)
        labels = ("X", "y", "other", "more", "fifth", "sixth")
        event = Event(
            number=len(self.events) + 1,
            kind=kind,
            name=name,
            where=Where(cell=order, line=1, in_cell=order, in_line=1),
            owner=owner,
            state=state,
            inputs=dict(zip(labels, map(self.token, given), strict=False)),
            output=tuple(map(self.token, gave)),
            **more,
        )
        self.events.append(event)
        return event

    def fit(self, model, *data, name="", method="fit", gave=()):
        """Note a fit; return the state that it brought `model` into."""
        thing = self.things.setdefault(id(model), 1000 + len(self.things))
        self.held.append(model)
        known = self.estimators.get(thing)
        fits, names = (known.fits, known.names) if known else (0, ())
        kind = f"{type(model).__module__}.{type(model).__name__}"
        self.estimators[thing] = Estimator(
            thing=thing, type=kind, fits=fits + 1, names=(*names, *([name] if name else ()))
        )
        self.states[thing, fits + 1] = model
        self.call(
            "fit", f"{type(model).__name__}.{method}", data, gave, owner=thing, state=fits + 1
        )
        return thing, fits + 1

    def use(self, state, rows, answer, method="predict", **more):
        """Note that a state answered, or transformed, rows."""
        return self.call(
            "use", f"m.{method}", (rows,), (answer,), owner=state[0], state=state[1], **more
        )

    def metric(self, truth, answer, value=None, *, name="accuracy_score", text=""):
        """Note a metric of two arrays."""
        return self.call("metric", name, (truth, answer), result=value, text=text)

    def save(self, state, to="m.pkl"):
        """Note that a state was saved."""
        return self.call("save", "dump", detail={"states": [list(state)], "to": [to]})

    @property
    def record(self):
        """The record of all that."""
        return Record(
            mechanism="by hand",
            cells=tuple(self.cells),
            events=tuple(self.events),
            values=self.values,
            names=self.names,
            estimators=self.estimators,
            kept=self.kept,
            states=self.states,
            best=self.best,
        )

    @property
    def reading(self):
        """The record, read."""
        return Reading(self.record, loops=self.loops)
