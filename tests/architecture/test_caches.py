"""Every cache is bounded, and listed in ``docs/caches.md``."""

from __future__ import annotations

import ast
import re

from kashcraft import create_app
from kashcraft.core.caches import DECLARED
from tests.architecture.source import ROOT, Function, modules

# Argument types with few values. There are two dialects.
FEW_VALUES = {
    "bool",
    "tuple[str, ...]",
    "tuple[int, ...]",
    "str | None",
    "_Columns",
    "type[object]",
}

ROW = re.compile(r"^\| ([a-z ]+) \| .+ \| (\d+ values?.*?|\d/8 of the memory) \| .+ \|$", re.MULTILINE)


def test_the_table_of_caches_is_complete_with_bounds() -> None:
    assert create_app  # importing it declares all caches
    rows = ROW.findall((ROOT / "docs" / "caches.md").read_text())
    declared = {
        name: ", ".join(
            part
            for part in (
                f"{cache.most} value{'s' if cache.most > 1 else ''}" if cache.most else "",
                f"{cache.share * 8:g}/8 of the memory" if cache.share else "",
                f"{cache.seconds:g} seconds" if cache.seconds else "",
            )
            if part
        )
        for name, cache in DECLARED.items()
    }

    assert dict(rows) == declared


def test_unbounded_caches_have_arguments_with_few_values() -> None:
    wrong = [
        f"{module.at(function)} {function.name}({argument.arg})"
        for module in modules()
        for function in module.functions()
        if _remembers_everything(function)
        for argument in (*function.args.args, *function.args.kwonlyargs)
        if argument.arg != "_dialect"
        and (argument.annotation is None or ast.unparse(argument.annotation) not in FEW_VALUES)
    ]

    assert wrong == []


def _remembers_everything(function: Function) -> bool:
    decorators = {ast.unparse(one) for one in function.decorator_list}
    return bool(decorators & {"cache", "functools.cache", "lru_cache(maxsize=None)", "lru_cache(None)"})
