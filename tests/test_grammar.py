"""One parser for two faces: what a verb declares is what both of them take."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import click
import pytest

from o16n import grammar, plugins
from o16n.errors import UnknownName, UsageError
from o16n.grammar import SILENT, Face, argument, option


@dataclass(frozen=True, kw_only=True)
class Options:
    """One of each kind."""

    notebook: Path | None = argument("a notebook", kind="path", default_notebook=True)
    more: tuple[str, ...] = argument("more words", multiple=True, default=None)
    values: tuple[tuple[str, str], ...] = option(
        "-p", "--parameter", help="values", kind="pair", multiple=True
    )
    engine: str | None = option("--engine", help="which", kind="choice", choices=("fast", "slow"))
    count: int | None = option("--count", help="how many", kind="integer")
    share: float | None = option("--share", help="how much", kind="number")
    loud: bool = option("--loud", help="loudly", kind="flag")


@pytest.fixture
def verb():
    """A module as a third party would write it."""
    module = ModuleType("verb", "Do it.\n\nAt length.")
    module.Options = Options
    module.run = lambda options, face: (options, face)
    return module


@pytest.fixture
def parse(verb):
    def parsed(*words, notebook=False):
        group = grammar.parser(("doit",), lambda _: verb, notebook=notebook)
        return group.main(["doit", *words], prog_name="o16n", standalone_mode=False)

    return parsed


def test_every_kind_arrives_as_its_type(parse):
    words = "a.ipynb one two -p x 1 --parameter y 2 --engine fast --count 3 --share 0.5 --loud"
    request = parse(*words.split(), "--json")
    assert request.options == Options(
        notebook=Path("a.ipynb"),
        more=("one", "two"),
        values=(("x", "1"), ("y", "2")),
        engine="fast",
        count=3,
        share=0.5,
        loud=True,
    )
    assert request.as_json
    assert request.verb == "doit"
    assert request.answer(SILENT) == (request.options, SILENT)


def test_what_is_not_typed_is_as_declared(parse):
    options = parse("a").options
    assert options == Options(notebook=Path("a"))
    assert (options.more, options.values, options.loud) == ((), (), False)


def test_the_running_notebook_need_not_be_named_in_one(parse):
    assert parse(notebook=True).options.notebook is None
    with pytest.raises(click.MissingParameter):
        parse()


def test_usage_puts_in_brackets_what_may_be_left_out(verb):
    def usage(**face):
        command = grammar.parser(("doit",), lambda _: verb, **face).get_command(None, "doit")
        return command.get_usage(click.Context(command, info_name="doit"))

    assert usage() == "Usage: doit [OPTIONS] NOTEBOOK [MORE...]"
    assert usage(notebook=True) == "Usage: doit [OPTIONS] [NOTEBOOK] [MORE...]"


@pytest.mark.parametrize(
    ("words", "kind", "said"),
    [
        (["a", "--lout"], UnknownName, "o16n doit: unknown option '--lout'; did you mean --loud"),
        (["a", "-q"], UnknownName, "unknown option '-q'"),
        (["a", "--engine", "fats"], UnknownName, "unknown ENGINE 'fats'; did you mean fast?"),
        (["a", "--count", "x"], UsageError, "o16n doit: invalid value for '--count'"),
        (["a", "--count"], UsageError, "option '--count' requires an argument"),
        (
            [],
            UsageError,
            "missing argument 'NOTEBOOK'; usage: o16n doit [OPTIONS] NOTEBOOK [MORE...]",
        ),
    ],
)
def test_what_click_finds_wrong_is_said_in_one_line_with_the_nearest_name(parse, words, kind, said):
    try:
        parse(*words)
    except click.ClickException as error:
        refused = grammar.explained(error)
    except UsageError as error:
        refused = error
    assert type(refused) is kind
    assert said in str(refused)
    assert "\n" not in str(refused)


def test_the_order_is_the_grammars_and_strangers_come_last():
    assert grammar.ordered(["zeta", "report", "init", "alpha"]) == [
        "init",
        "report",
        "alpha",
        "zeta",
    ]


def test_a_line_that_stays_is_said_as_any_other_where_nothing_is_replaced():
    said, kept = [], []
    Face(say=said.append).note("a")
    Face(say=said.append, tell=kept.append).note("b")
    SILENT.note("c")
    SILENT.say("d")
    assert (said, kept) == (["a"], ["b"])


@pytest.mark.parametrize("name", plugins.names("o16n.verbs"))
def test_every_verb_declares_what_both_faces_need(name):
    module = plugins.load("o16n.verbs", name)
    assert module.__doc__.strip().splitlines()[0].endswith(".")
    assert name in grammar.ORDER
    declared = grammar.parameters(module.Options)
    for field, one in declared.items():
        assert one.help, (name, field)
        assert one.kind != "choice" or one.choices, (name, field)
        assert one.flags or one.kind != "path" or one.completes, (name, field)
    flags = [flag for one in declared.values() for flag in one.flags]
    assert len(flags) == len(set(flags))
    assert not {"--json", "-h", "--help"} & set(flags)
    assert callable(module.run)


@pytest.mark.parametrize("word", ["rf", "cell 7 line 3", "models['rf']", "a'\"b", "it's $HOME", ""])
def test_a_word_is_quoted_so_that_shell_and_magic_read_it_as_it_is(word):
    assert shlex.split(grammar.quoted(word)) == [word]


def test_an_entry_of_a_dict_is_quoted_so_that_a_person_can_read_it():
    assert grammar.quoted("models['rf']") == "\"models['rf']\""
