"""A field of a QObject that is announced by a signal when another value is set."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

from PySide6.QtCore import QObject

T = TypeVar("T")


class Field(Generic[T]):
    """The field ``x``, announced by its owner's signal ``x_changed``, which carries the new value.

    Nothing happens where the value is the one that is there already.

    Parameters
    ----------
    default
        The value until another one is set; never changed in place.
    doc
        What the field is.
    clears
        Called with the owner before the signal is emitted; forgets what depended on the former value.
    same
        Says whether two values are the same.
    """

    def __init__(
        self,
        default: T,
        doc: str,
        *,
        clears: Callable[[Any], None] | None = None,
        same: Callable[[object, object], bool] = operator.eq,
    ) -> None:
        self.__doc__ = doc
        self._default = default
        self._clears = clears
        self._same = same
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: QObject, owner: type) -> T: ...

    def __get__(self, instance: QObject | None, owner: type) -> Self | T:
        if instance is None:
            return self
        value: T = getattr(instance, f"_{self._name}", self._default)
        return value

    def __set__(self, instance: QObject, value: T) -> None:
        if not self._same(value, self.__get__(instance, type(instance))):
            setattr(instance, f"_{self._name}", value)
            if self._clears is not None:
                self._clears(instance)
            getattr(instance, f"{self._name}_changed").emit(value)
