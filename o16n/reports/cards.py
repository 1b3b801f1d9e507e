"""A verb's result inside a notebook, and its twin as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.grammar import quoted
from o16n.templating import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from o16n.reports.content import BundleContent


CONTENDERS = 5  # lines that a card has for the other models, and for what is odd


def plain_card(title: str, rows: Sequence[tuple[str, str]], note: str = "") -> str:
    """Return a titled list of (what, value) as HTML."""
    return render("cards/plain.html.j2", title=title, rows=rows, note=note)


def plain_text(title: str, rows: Sequence[tuple[str, str]], note: str = "") -> str:
    """Return the same as text."""
    width = max([len(what) for what, _ in rows] + [0])
    lines = [title, *(f"  {what:<{width}}  {value}" for what, value in rows)]
    return "\n".join([*lines, note] if note else lines)


def package_rows(
    content: BundleContent, *, bundle: str, report: str, lags: str = ""
) -> list[tuple[str, str]]:
    """Return what a person wants to know first of a new bundle; `lags` is what its notebook lacks."""
    why = [reason["statement"] for reason in content.candidate.get("reasons", ())]
    rows = [
        ("model", content.sentence),
        *([("because", why[0])] if why else []),
        *([("evidence", content.watched)] if content.watched else []),
        *_instead(content),
        ("metric", content.metric),
        *([("not saved", lags)] if lags else []),
    ]
    rows += [("odd", told) for told in content.odd[:CONTENDERS]]
    for one in content.blocking:
        rows.append((f"blocks: {one['code']}", one["outcome"].get("reason", one["title"])))
        rows += [("to do", one["outcome"]["remedy"])] if "remedy" in one["outcome"] else []
    rows += [("identity", content.identity), ("bundle", bundle), ("report", report)]
    return rows


def _instead(content: BundleContent) -> list[tuple[str, str]]:
    """Return, for a choice that was only proposed, what to type for each other contender."""
    others = content.candidate.get("instead", ())
    ranked = content.candidate.get("ranking", ())[1:]
    rows = [
        ("or" if place else "proposed; or", f"--model {quoted(name)}: {told}")
        for place, (name, told) in enumerate(zip(others, ranked, strict=False))
    ]
    return rows[:CONTENDERS]


def package_text(content: BundleContent, *, bundle: str, report: str, lags: str = "") -> str:
    """Return the card of `package` as text."""
    rows = package_rows(content, bundle=bundle, report=report, lags=lags)
    return plain_text(f"{content.name}: {content.verdict}", rows, f"next: o16n verify {bundle}")


def package_card(content: BundleContent, *, bundle: str, report: str, lags: str = "") -> str:
    """Return the card of `package` as HTML."""
    rows = package_rows(content, bundle=bundle, report=report, lags=lags)
    return plain_card(f"{content.name}: {content.verdict}", rows, f"next: o16n verify {bundle}")
