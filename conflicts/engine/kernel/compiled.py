"""The one place that names numba, and the types of arrays.

A compiled function calls compiled functions of its own file only: the cache on disk watches one file, so a
change of a called function elsewhere would go unseen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, ParamSpec, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba import cfunc, njit, types
from numba.extending import intrinsic

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


@cache
def bare(function: Callable[P, R], signature: str) -> Callable[P, R]:
    """Compile for calls with plain numbers, which cost a fifth of what numba takes to look at twenty arrays."""
    return cast("Callable[P, R]", cfunc(signature, cache=True)(function).ctypes)


def _pointer(_typing: Any, address: Any) -> Any:  # noqa: ANN401 - numba's types of the arguments
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        return builder.inttoptr(args[0], context.get_value_type(signature.return_type))

    return types.voidptr(address), code


def _fetch(_typing: Any, array: Any, _index: Any) -> Any:  # noqa: ANN401 - numba's types of the arguments
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        kind = signature.args[0]
        data = context.make_array(kind)(context, builder, args[0]).data
        byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
        offset = builder.mul(args[1], ir.Constant(args[1].type, kind.dtype.size))
        name, asked = "llvm.prefetch.p0i8", ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
        prefetch = builder.module.globals.get(name) or ir.Function(builder.module, asked, name)
        # To be read, kept near, data.
        builder.call(prefetch, [builder.gep(builder.bitcast(data, byte), [offset]), flag(0), flag(3), flag(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), code


pointer: Any = intrinsic(_pointer)
"""The address of an array, an int64, as what `carray` takes; for compiled code."""
fetch: Any = intrinsic(_fetch)
"""fetch(array, index) asks for array[index] to be near soon and does not wait for it, as a read would; an index past
the end is harmless (LLVM Language Reference, llvm.prefetch). For compiled code."""
carray: Any = cast("Any", numba).carray
