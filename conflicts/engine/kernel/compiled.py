"""The one place that names numba, and the types of arrays.

A compiled function calls compiled functions of its own file only: the cache on disk watches one file, so a
change of a called function elsewhere would go unseen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

P = ParamSpec("P")
R = TypeVar("R")

Integers = npt.NDArray[np.int32]
Offsets = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Records = npt.NDArray[Any]
"""A structured array; compiled code reads records[i].name, Python records["name"][i]."""
Record = Any
"""One element of it, in compiled code: its fields are attributes."""


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile to machine code, kept on disk beside the file; it runs without the interpreter's lock."""
    return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))
