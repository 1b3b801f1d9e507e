"""Programs written by hand, as the tracer would write them: registers and rows are kept by name."""

from __future__ import annotations

from o16n.recipe.program import Operation, Ref, Shape, Site
from o16n.recipe.recipe import Recipe


def shape_of(value):
    """Return the shape that a recording run would have seen."""
    if hasattr(value, "columns"):
        return Shape(kind="frame", columns=tuple(value.columns), dtypes=tuple(value.dtypes))
    return Shape(kind="series" if hasattr(value, "index") else "array", dtypes=(value.dtype,))


class Program:
    """Collects operations on the rows of `raw`; each method returns the reference to what it makes."""

    def __init__(self, raw):
        self.raw = shape_of(raw)
        self.operations = []
        self.source = self.add("source", role="source", shape=self.raw)

    def add(
        self, function, *arguments, changes=None, role="rows", shape=None, follows=None, **options
    ):
        number = len(self.operations)
        register = number if changes is None else changes.register
        first = next((one for one in arguments if isinstance(one, Ref)), None)
        follows = follows or first
        self.operations.append(
            Operation(
                number=number,
                function=function,
                arguments=arguments,
                options=options,
                makes=register if changes is None else None,
                changes=None if changes is None else register,
                role=role,
                follows=follows.register if follows is not None else None,
                shape=shape,
                site=Site(cell=2, line=number, text=f"line {number} of the notebook"),
            )
        )
        return Ref(register)

    def recipe(self, target, **more):
        told = {"state": "proven", "reason": "as lifted", "raw_columns": self.raw.columns, **more}
        return Recipe(
            operations=tuple(self.operations), target=target.register, raw=self.raw, **told
        )
