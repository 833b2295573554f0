"""A start without pandas, for the command line and its worker processes.

For every array that it makes from a list, pyarrow asks pandas whether it knows the list, and loads it to ask: 0.3 s
and 60 MB in every process, for nothing. A process that calls :func:`leave_pandas_out` tells pyarrow that there is
none.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _NoPandas(MetaPathFinder):
    """Says that pandas is not installed, and nothing of other modules."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == "pandas":
            raise ModuleNotFoundError(f"{fullname} is left out of this process (pipeline.lean)", name=fullname)
        return None


def leave_pandas_out() -> None:
    """From now on, ``import pandas`` fails in this process."""
    sys.meta_path.insert(0, _NoPandas())
