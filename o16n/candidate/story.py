"""What a notebook did, as a graph: raw data, preparation, splits, models and metrics, with their cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.candidate.flow import Flow
from o16n.candidate.odd import odd
from o16n.candidate.recorded import look, sentence, written
from o16n.errors import O16nError
from o16n.recipe.raw import frame_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from o16n.candidate.found import Found
    from o16n.candidate.ranking import Choice
    from o16n.candidate.recorded import Seen
    from o16n.notebook.notebook import Finding, Notebook, Place
    from o16n.watching.record import Event, Record, State

MOST = 6  # nodes of a kind that are drawn
LONGEST = 26  # characters of a label
RAW, BEFORE, SPLIT, AFTER, MODELS, METRICS = (
    "raw data", "preparation", "split", "after the split", "models", "metrics",
)  # fmt: skip
COLUMNS = (RAW, BEFORE, SPLIT, AFTER, MODELS, METRICS)


@dataclass(frozen=True, kw_only=True)
class Node:
    """One thing that the notebook read, learned, split, fitted or measured."""

    key: str
    column: str
    label: str
    note: str
    place: Place | None = None
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Story:
    """The nodes by column, what leads to what (pairs of keys), and what it comes to in one sentence."""

    nodes: tuple[Node, ...]
    links: tuple[tuple[str, str], ...]
    sentence: str
    odd: tuple[Finding, ...] = ()
    left_out: int = 0

    @property
    def columns(self) -> tuple[tuple[str, tuple[Node, ...]], ...]:
        """The columns that hold something, from raw data to metrics."""
        every = ((name, tuple(n for n in self.nodes if n.column == name)) for name in COLUMNS)
        return tuple((name, nodes) for name, nodes in every if nodes)


def story(record: Record, namespace: dict[str, Any], notebook: Notebook) -> Story | None:
    """Return what the record tells, None where it saw no model fitted."""
    looked = look(record, namespace, notebook)
    if looked is None:
        return None
    seen, choice = looked
    return _Teller(seen, choice).tell()


def inferred_story(found: Found) -> Story:
    """Return what is known where nobody watched: what was read, the model and its numbers."""
    nodes = [
        Node(
            key=f"r{n}",
            column=RAW,
            label=one.call,
            note=f"{len(one.frame):,} rows",
            place=one.place,
        )
        for n, one in enumerate(found.sources)
    ]
    model = Node(
        key="m",
        column=MODELS,
        label=found.name,
        note=type(found.model).__name__,
        place=found.parts.reasons[0].place,
        chosen=True,
    )
    links = tuple((one.key, "m") for one in nodes)
    return Story(nodes=(*nodes, model), links=links, sentence=found.reason.statement)


class _Teller:
    """Turns one record into nodes and links; nodes of a column stand in the order of the record."""

    def __init__(self, seen: Seen, choice: Choice) -> None:
        self.seen, self.choice, self.flow = seen, choice, Flow(seen.reading)
        self.nodes: dict[str, Node] = {}
        self.order: dict[str, int] = {}
        self.links: dict[tuple[str, str], None] = {}
        self.left_out = 0

    def tell(self) -> Story:
        """Return the story; each step adds the nodes of its column and what leads to them."""
        self._reads()
        self._preparation()
        self._splits()
        self._models()
        try:
            told = sentence(self.seen, self.choice)
        except O16nError as error:
            told = str(error)
        return Story(
            nodes=tuple(self.nodes.values()),
            links=tuple(self.links),
            sentence=told,
            odd=odd(self.seen, self.choice),
            left_out=self.left_out,
        )

    def _add(self, node: Node, number: int) -> bool:
        full = sum(one.column == node.column for one in self.nodes.values()) >= MOST
        if node.key in self.nodes or (full and not node.chosen):
            self.left_out += node.key not in self.nodes
            return False
        self.nodes[node.key] = node
        self.order[node.key] = number
        return True

    def _link(self, source: str | None, target: str) -> None:
        if source is not None and source in self.nodes and target in self.nodes:
            self.links[source, target] = None

    def _latest(self, columns: Iterable[str], before: int) -> str | None:
        """Return the last node of the columns that stands before an event of the record."""
        wanted = set(columns)
        found = [
            key
            for key, node in self.nodes.items()
            if node.column in wanted and self.order[key] < before
        ]
        return max(found, key=lambda key: self.order[key], default=None)

    def _reads(self) -> None:
        record = self.seen.record
        for event in self.seen.reading.events:
            if event.kind != "read" or not event.output:
                continue
            value = record.values[event.output[0]]
            table = frame_of(record.kept.get(value.token))
            if table is not None or value.kind in ("array", "series", "sparse", "polars"):
                rows = len(table) if table is not None else value.shape[0]
                note = f"{rows:,} rows"
                call = written(record, event) or event.name
                self._add(self._node(f"r{event.number}", RAW, (call, note), event), event.number)

    def _preparation(self) -> None:
        first = next((one.number for one in self.seen.reading.events if one.kind == "split"), None)
        for event in self.seen.reading.events:
            learns = event.kind == "fit" and not self.flow.predicts(event.owner)
            if not learns and event.kind != "dummies":
                continue
            column = BEFORE if first is None or event.number < first else AFTER
            key = f"p{event.owner}" if learns else f"d{event.number}"
            self._add(self._node(key, column, self._transformer(event), event), event.number)
            if column == BEFORE:
                self._link(self._latest([RAW], event.number), key)

    def _transformer(self, event: Event) -> tuple[str, str]:
        known = self.seen.record.estimators.get(event.owner or 0)
        if known is None:
            return "get_dummies", "one column for each level"
        kind = known.type.rpartition(".")[2]
        return (min(known.names, key=len) if known.names else kind), kind

    def _splits(self) -> None:
        for event in self.seen.reading.events:
            if event.kind != "split" or len(event.output) < 2:  # noqa: PLR2004 - train and test
                continue
            heights = [self.seen.record.values[one].shape[:1] for one in event.output[:2]]
            note = " and ".join(f"{one[0]:,}" for one in heights if one) + " rows"
            key = f"s{event.number}"
            self._add(self._node(key, SPLIT, ("split", note), event), event.number)
            above = self._latest([BEFORE], event.number) or self._latest([RAW], event.number)
            self._link(above, key)
        for node in [one for one in self.nodes.values() if one.column == AFTER]:
            self._link(self._latest([SPLIT], self.order[node.key]), node.key)

    def _models(self) -> None:
        models = self.seen.reading.models
        measured = {one.model for one in self.choice.evaluations}
        ranked = [one.model for one in self.choice.ranking]
        order = dict.fromkeys(
            [self.choice.model, *ranked, *(m for m in models if m in measured), *models]
        )
        for model in order:
            if model is not None and model in models:
                self._model(model)

    def _model(self, model: State) -> None:
        fit = self.seen.reading.models[model]
        known = self.seen.record.estimators[model[0]]
        kind = known.type.rpartition(".")[2]
        key, chosen = f"m{model[0]}.{model[1]}", model == self.choice.model
        label = self.seen.model_name(model) or kind
        if not self._add(self._node(key, MODELS, (label, kind), fit, chosen=chosen), fit.number):
            return
        chain = self.flow.chain(fit.data[0] if fit.data else None)
        steps = [f"p{one.owner}" for one in chain.transforms if f"p{one.owner}" in self.nodes]
        split = f"s{chain.split.number}" if chain.split is not None else None
        if steps:
            self._link(steps[0], key)
        elif split is not None:
            self._link(split, key)
        else:
            self._link(self._latest([RAW, BEFORE, SPLIT, AFTER], fit.number), key)
        self._metrics(model, key, chosen=chosen)

    def _metrics(self, model: State, key: str, *, chosen: bool) -> None:
        mine = [
            one for one in self.choice.evaluations if one.model == model and one.value is not None
        ]
        last = {(one.metric, one.training): one for one in mine}
        for (metric, training), one in list(last.items())[: MOST // 2]:
            rows = self.seen.name(one.x) if one.x is not None else ""
            note = f"on {rows}" + (", trained on" if training else "") if rows else ""
            label = f"{metric.removesuffix('_score')} {one.value:.4g}"
            name = f"e{key}{metric}{training}"
            node = Node(
                key=name,
                column=METRICS,
                label=_short(label),
                note=_short(note),
                place=self.seen.place(one.where),
                chosen=chosen,
            )
            self._add(node, one.where.in_cell)
            self._link(key, name)

    def _node(
        self, key: str, column: str, texts: tuple[str, str], event: Event, *, chosen: bool = False
    ) -> Node:
        return Node(
            key=key,
            column=column,
            label=_short(texts[0]),
            note=_short(texts[1]),
            place=self.seen.place(event.where),
            chosen=chosen,
        )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
