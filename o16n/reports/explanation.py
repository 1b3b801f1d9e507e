"""The explanation as a page of its own, as text, as Markdown and as a card: one view, drawn four ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.reports.explanation_answers import questions
from o16n.reports.explanation_figures import strengths
from o16n.reports.explanation_sections import sections
from o16n.reports.explanation_view import View, number
from o16n.reports.explanation_words import badge, drivers, lead, population
from o16n.reports.readiness import page
from o16n.templating import render

if TYPE_CHECKING:
    from o16n.reports.content import BundleContent
    from o16n.reports.explanation_view import Table

SHOWN_CASES = 6


def view_of(content: BundleContent) -> View:
    """Return what every form shows, in reading order."""
    told = content.explanation
    return View(
        title=f"Why {content.name} answers as it does",
        lead=lead(content),
        badge=badge(told),
        facts=_facts(content),
        drivers=drivers(told, content.effects) if told else (),
        figure=strengths(told) if told.get("drivers") else None,
        questions=questions(content),
        sections=sections(content),
    )


def explanation_page(content: BundleContent) -> str:
    """Return the page as HTML."""
    return page(
        "reports/explanation.html.j2",
        content,
        title=f"Explanation of {content.name}",
        view=view_of(content),
    )


def explanation_card(content: BundleContent, where: str = "") -> str:
    """Return what a notebook shows inline: the first screen and the single rows."""
    view = view_of(content)
    cases = next((one for one in view.sections if one.anchor == "cases"), None)
    folds = cases.folds[:SHOWN_CASES] if cases is not None else ()
    return render("cards/explanation.html.j2", view=view, folds=folds, where=where)


def explanation_markdown(content: BundleContent) -> str:
    """Return the whole explanation as Markdown, tables included, figures as their words."""
    return render("reports/explanation.md.j2", view=view_of(content))


def explanation_text(content: BundleContent) -> str:
    """Return the words of the explanation as plain text, with the numbers of drivers and rows."""
    view = view_of(content)
    lines = [view.title, view.lead, "", f"{view.badge.word}: {view.badge.sentence}"]
    lines += [f"{name}: {value}" for name, value in view.facts]
    lines += ["", *(f"{place}. {one}" for place, one in enumerate(view.drivers, 1))]
    for section in view.sections:
        lines += ["", section.title, *(f"  {one}" for one in section.words)]
        if section.anchor == "cases":
            for fold in section.folds:
                lines += [f"  {fold.title}", *(f"    {one}" for one in fold.words)]
        if section.anchor == "drivers":
            lines += [f"  {line}" for fold in section.folds for line in _plain(fold.tables[0])]
    return "\n".join(lines)


def _plain(table: Table) -> list[str]:
    """Return a table as aligned lines."""
    every = [table.header, *table.rows]
    widths = [max(len(row[at]) for row in every) for at in range(len(table.header))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in every
    ]


def _facts(content: BundleContent) -> tuple[tuple[str, str], ...]:
    told = content.explanation
    if not told:
        return ()
    held = told.get("additivity")
    facts = [
        ("explained", population(told)),
        ("unit", told["unit"]),
        ("base", f"{number(told['base'])} {told['unit']}" if told["kind"] == "shap" else "–"),
        ("how", told["method"]),
    ]
    if held is not None:
        facts.append(("adds up", f"within {held['largest_error']:.1g} on {held['rows']} rows"))
    if content.readiness:
        facts.append(("how good", content.metric))
    return tuple(facts)
