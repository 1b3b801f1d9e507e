"""A verb's result inside a notebook, and its twin as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.templating import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from o16n.reports.content import BundleContent


def plain_card(title: str, rows: Sequence[tuple[str, str]], note: str = "") -> str:
    """Return a titled list of (what, value) as HTML."""
    return render("cards/plain.html.j2", title=title, rows=rows, note=note)


def plain_text(title: str, rows: Sequence[tuple[str, str]], note: str = "") -> str:
    """Return the same as text."""
    width = max([len(what) for what, _ in rows] + [0])
    lines = [title, *(f"  {what:<{width}}  {value}" for what, value in rows)]
    return "\n".join([*lines, note] if note else lines)


def package_rows(content: BundleContent, *, bundle: str, report: str) -> list[tuple[str, str]]:
    """Return what a person wants to know first of a new bundle."""
    why = [reason["statement"] for reason in content.candidate.get("reasons", ())]
    rows = [
        ("model", content.sentence),
        *([("because", why[0])] if why else []),
        ("metric", content.metric),
    ]
    for one in content.blocking:
        rows.append((f"blocks: {one['code']}", one["outcome"].get("reason", one["title"])))
        rows += [("to do", one["outcome"]["remedy"])] if "remedy" in one["outcome"] else []
    rows += [("identity", content.identity), ("bundle", bundle), ("report", report)]
    return rows


def package_text(content: BundleContent, *, bundle: str, report: str) -> str:
    """Return the card of `package` as text."""
    rows = package_rows(content, bundle=bundle, report=report)
    return plain_text(f"{content.name}: {content.verdict}", rows, f"next: o16n verify {bundle}")


def package_card(content: BundleContent, *, bundle: str, report: str) -> str:
    """Return the card of `package` as HTML."""
    rows = package_rows(content, bundle=bundle, report=report)
    return plain_card(f"{content.name}: {content.verdict}", rows, f"next: o16n verify {bundle}")
