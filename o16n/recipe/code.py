"""The notebook's own functions as constants: made live from their source and what they froze.

This runs code. Whoever calls it has seen to trust: a bundle with code is only loaded where its
identity is trusted, and a `Code` read from a bundle has its source from the bundle's code file.
"""

from __future__ import annotations

import ast
import keyword
import sys
import types
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from o16n.errors import BundleError
from o16n.recipe.program import Code, Named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WHERE = "model/code/recipe_code.py"
NAMELESS = "nameless"  # what a lambda is called that has no name


def public_name(value: Any) -> str | None:
    """Return the dotted name under which any process finds a module, function or type, else None.

    For what a function of the notebook uses; what an operation calls is named by `allowed.name_of`.
    """
    from o16n.recipe import allowed

    if isinstance(value, types.ModuleType):
        return None if value.__name__ == "__main__" else value.__name__
    if (name := allowed.name_of(value)) is not None:
        return name
    module, own = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(own, str) or module == "__main__":
        return None
    try:
        found = live(f"{module}.{own}")
    except (ImportError, AttributeError):
        return None
    return f"{module}.{own}" if found is value else None


def live(name: str) -> Any:
    """Return the module, or what stands in one, by its dotted name.

    Raises:
        ImportError, AttributeError: there is none.
    """
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        module = ".".join(parts[:end])
        try:
            value: Any = sys.modules.get(module) or import_module(module)
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            value = getattr(value, part)
        return value
    raise ModuleNotFoundError(f"no module named {parts[0]}")


def compile_code(
    code: Code, fill: Callable[[Any], Any] = lambda value: value
) -> Callable[..., Any]:
    """Return a live function for `code`; `fill` makes each frozen value live.

    A frozen list, dict or set is given as a copy: what the function does to it stays in this one.

    Raises:
        BundleError: the source is no function, or needs a module that is not installed.
    """
    try:
        factory = _factory(code.kind, code.name, code.source, code.takes, code.gives, _names(code))
        values = [_live_value(code.frozen[name], fill) for name in _names(code)]
        made: Callable[..., Any] = factory(*values)
    except (SyntaxError, ValueError, TypeError, NameError, ImportError, AttributeError) as error:
        raise BundleError(
            f"the function {code.name} cannot be made: {type(error).__name__}: {error}", where=WHERE
        ) from error
    return made


def is_fresh(code: Code) -> bool:
    """Tell whether a function must be made anew for each call, since it could change what it froze."""
    held = code.frozen.values()
    return any(
        type(one) in (list, dict, set) or (isinstance(one, Code) and is_fresh(one)) for one in held
    )


def _live_value(value: Any, fill: Callable[[Any], Any]) -> Any:
    if isinstance(value, Named):
        return live(value.name)
    if isinstance(value, Code):
        return compile_code(value, fill)
    if type(value) is dict:
        return {key: _live_value(one, fill) for key, one in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_live_value(one, fill) for one in value)
    return set(value) if type(value) is set else fill(value)


def _names(code: Code) -> tuple[str, ...]:
    """Return the names that the factory takes: all that is frozen but the function's own name."""
    return tuple(
        sorted(name for name in code.frozen if name != own_name(code) or code.kind == "loop")
    )


def own_name(code: Code) -> str:
    """Return the name a function has for itself."""
    good = code.name.isidentifier() and not keyword.iskeyword(code.name)
    return code.name if good else ("loop" if code.kind == "loop" else NAMELESS)


@cache
def _factory(
    kind: str,
    name: str,
    source: str,
    takes: tuple[str, ...],
    gives: tuple[str, ...],
    frozen: tuple[str, ...],
) -> Callable[..., Any]:
    """Return the factory that makes the function from its frozen values, in their order."""
    code = Code(
        kind=kind,  # type: ignore[arg-type] # came from a Code
        name=name,
        source=source,
        takes=takes,
        gives=gives,
        frozen=dict.fromkeys(frozen),
    )
    factory = ast.FunctionDef(
        name="factory",
        args=arguments(frozen),
        body=[*body_of(code), ast.Return(ast.Name(own_name(code), ast.Load()))],
        decorator_list=[],
    )
    if sys.version_info >= (3, 12):
        factory.type_params = []
    module = ast.fix_missing_locations(ast.Module([factory], []))
    world: dict[str, Any] = {"__name__": "recipe_code"}
    exec(compile(module, f"<{own_name(code)} of the notebook>", "exec"), world)  # noqa: S102 - trust is seen to, see above
    made: Callable[..., Any] = world["factory"]
    return made


def arguments(names: tuple[str, ...], defaults: tuple[str, ...] = ()) -> ast.arguments:
    """Return a signature of these names, the last of them having themselves as default."""
    return ast.arguments(
        posonlyargs=[],
        args=[ast.arg(name) for name in (*names, *defaults)],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[ast.Name(name, ast.Load()) for name in defaults],
    )


def body_of(code: Code) -> list[ast.stmt]:
    """Return the statements that bind the function's own name to it.

    Raises:
        SyntaxError: the source is not what its kind says.
    """
    name = own_name(code)
    if code.kind == "lambda":
        expression = ast.parse(f"(\n{code.source}\n)", mode="eval").body
        return [ast.Assign([ast.Name(name, ast.Store())], expression)]
    tree = ast.parse(code.source)
    if code.kind == "def":
        if not tree.body or not isinstance(tree.body[-1], ast.FunctionDef | ast.ClassDef):
            raise SyntaxError("no def")
        return tree.body
    given = ast.Dict(
        [ast.Constant(one) for one in code.gives], [ast.Name(one, ast.Load()) for one in code.gives]
    )
    loop = ast.FunctionDef(
        name=name,
        args=arguments(code.takes, changed_names(code)),
        body=[*tree.body, ast.Return(given)],
        decorator_list=[],
    )
    if sys.version_info >= (3, 12):
        loop.type_params = []
    return [loop]


def changed_names(code: Code) -> tuple[str, ...]:
    """Return the frozen names that a loop binds anew: they begin as they were frozen."""
    bound = {
        node.id
        for node in ast.walk(ast.parse(code.source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del)
    }
    return tuple(sorted(bound & set(code.frozen) - set(code.takes)))


def codes_in(value: Any) -> list[Code]:
    """Return every function of the notebook inside an argument, outermost first."""
    if isinstance(value, Code):
        return [value, *codes_in(dict(value.frozen))]
    if isinstance(value, dict):
        return [one for held in value.values() for one in codes_in(held)]
    if isinstance(value, list | tuple):
        return [one for held in value for one in codes_in(held)]
    return []


def unnamed(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the frozen values that are no modules or library functions: these the code file names."""
    return {name: one for name, one in frozen.items() if not isinstance(one, Named)}
