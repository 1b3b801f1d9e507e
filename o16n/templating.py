"""The one Jinja environment: everything escaped, nothing undefined."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2

_PACKAGE = Path(__file__).parent
_LARGE = 1e9  # beyond it a power of ten reads more easily


def template_root() -> Path:
    """Return o16n/templates once installed, templates/ in a checkout otherwise."""
    installed = _PACKAGE / "templates"
    return installed if installed.is_dir() else _PACKAGE.parent / "templates"


@cache
def environment() -> jinja2.Environment:
    """Return the environment, made on first use."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template_root()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["sentence"] = sentence
    made.filters["counted"] = counted
    return made


def sentence(text: str) -> str:
    """Return `text` with its first letter raised and the rest left alone, as "ROC AUC" needs it.

    A first word that is no plain word (a column such as `credit_amount`, a number) stays as it is.
    """
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


def three_digits(value: float, sign: str = "") -> str:
    """Return a number with three digits; a large one in full (`5,950`, not `5.95e+03`)."""
    text = f"{value:{sign}.3g}"
    return f"{value:{sign},.0f}" if "e+" in text and abs(value) < _LARGE else text


def counted(value: str | float) -> str | float:
    """Return a whole number with its thousands set apart (`12,345`), and anything else as it is."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value


def render(template: str, **values: Any) -> str:
    """Render `template`, a path below templates/ such as `reports/readiness.html.j2`."""
    return environment().get_template(template).render(**values)
