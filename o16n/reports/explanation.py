"""The explanation as a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.reports.readiness import page, pictures

if TYPE_CHECKING:
    from o16n.reports.content import BundleContent


def explanation_page(content: BundleContent) -> str:
    """Return the page as HTML."""
    return page(
        "reports/explanation.html.j2",
        content,
        title=f"Explanation of {content.name}",
        **pictures(content),
    )
