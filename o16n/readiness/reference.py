"""docs/reference/checks.md, from the text of the checks themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.readiness import policy
from o16n.readiness.checklist import checks, described
from o16n.settings import Settings, Tier

if TYPE_CHECKING:
    from types import ModuleType

TIERS: tuple[Tier, ...] = ("low", "medium", "high")
HEAD = """\
# Readiness checks

Each check asks one question of a candidate and answers with its numbers. The gravest failure of a
check weighs what stands here, by tier; `[severity]` in `o16n.toml` overrides it, and `[threshold]`
sets a limit where there is one. A failure from major on stands in the way until it is mended or
waived; so does a question of blocker weight that could not be answered.

This page is written from the checks' own docstrings; a test compares.
"""


def reference() -> str:
    """Return the page as Markdown."""
    modules = checks()
    rows = [
        f"| [{one.CODE}](#{_anchor(one)}) | {described(one)[0]} | {one.SECTION} | {_weights(one)} |"
        for one in modules
    ]
    header = "| check | title | section | low | medium | high |\n|---|---|---|---|---|---|"
    return "\n\n".join([HEAD.strip(), "\n".join([header, *rows]), *map(_entry, modules)]) + "\n"


def _entry(module: ModuleType) -> str:
    title, text = described(module)
    limit = ""
    if hasattr(module, "THRESHOLD"):
        told = "none" if module.THRESHOLD is None else f"{module.THRESHOLD:g}"
        limit = f"\n\nThreshold: `[threshold] {module.CODE}`, default {told}."
    return f"## {module.CODE} {title}\n\n{text}{limit}"


def _weights(module: ModuleType) -> str:
    return " | ".join(policy.severity_of(module, Settings(tier=tier)) for tier in TIERS)


def _anchor(module: ModuleType) -> str:
    """Return the anchor that a Markdown heading gets."""
    words = f"{module.CODE} {described(module)[0]}".lower().replace(" ", "-")
    return "".join(sign for sign in words if sign.isalnum() or sign == "-")
