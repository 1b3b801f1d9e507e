"""Every text that a notebook's file holds, with its place: what would be published with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from o16n.notebook.notebook import Notebook

PICTURES = ("image/", "audio/", "video/", "application/pdf", "application/octet-stream", "font/")
DRAWN = "image/svg"  # a picture that is text
OLD_PICTURES = ("png", "jpeg", "jpg", "pdf")  # keys of outputs in format 3


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text and where it stands, such as `cell 3 output 1`; its lines count from 1."""

    where: str
    text: str


def texts_of(notebook: Notebook) -> tuple[Text, ...]:
    """Return the texts of the notebook's file, and of its cells, whose outputs may be a later run's."""
    read = notebook.path is not None and notebook.path.is_file()
    found, number = list(texts_in(notebook.path)) if read and notebook.path else [], 0
    for cell in notebook.cells:
        number += cell.kind == "code"
        where = f"cell {number}" if cell.kind == "code" else f"{cell.kind} after cell {number}"
        found.append(Text(where=where, text=cell.source))
        found += _outputs(cell.outputs, where)
    return tuple(dict.fromkeys(one for one in found if one.text.strip()))


def texts_in(path: Path) -> tuple[Text, ...]:
    """Return the texts of the .ipynb at `path`: sources, outputs, attachments and metadata."""
    told = json.loads(path.read_bytes())
    sheets = told.get("worksheets") or [told]
    found, number = [], 0
    for cell in (one for sheet in sheets for one in sheet.get("cells", ())):
        kind = cell.get("cell_type", "raw")
        number += kind == "code"
        where = f"cell {number}" if kind == "code" else f"{kind} after cell {number}"
        found.append(Text(where=where, text=_joined(cell.get("source", cell.get("input", "")))))
        found += _outputs(cell.get("outputs") or (), where)
        rest = {
            key: value
            for key, value in cell.items()
            if key not in ("source", "input", "outputs", "cell_type", "id")
        }
        found.append(Text(where=f"{where} metadata", text=_flat(rest)))
    about = {key: value for key, value in told.items() if key not in ("cells", "worksheets")}
    found.append(Text(where="notebook metadata", text=_flat(about)))
    return tuple(one for one in found if one.text.strip())


def _outputs(outputs: Any, where: str) -> Iterator[Text]:
    for place, output in enumerate(outputs, start=1):
        for key, value in output.items():
            if key == "data" and isinstance(value, dict):
                texts = [one for mime, one in value.items() if not _picture(mime)]
            else:
                texts = [] if key in OLD_PICTURES else [value]
            for one in texts:
                yield Text(where=f"{where} output {place}", text=_joined(one))


def _joined(value: Any) -> str:
    """Return a multi-line text as the file splits it, or any other value as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        lines = "".join(value)
        return lines if "\n" in lines or len(value) == 1 else "\n".join(value)
    return _flat(value)


def _flat(value: Any) -> str:
    """Return `value` as JSON, one entry a line, pictures left out."""
    return json.dumps(_without_pictures(value), indent=1, ensure_ascii=False) if value else ""


def _without_pictures(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_pictures(one) for key, one in value.items() if not _picture(str(key))}
    return [_without_pictures(one) for one in value] if isinstance(value, list) else value


def _picture(mime: str) -> bool:
    return mime.startswith(PICTURES) and not mime.startswith(DRAWN)
