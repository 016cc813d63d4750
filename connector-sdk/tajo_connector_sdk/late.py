"""What singer-sdk imports at its start and hardly ever uses, imported when it is first used.

More than a third of the time of ``import singer_sdk`` goes into packages that it needs for what no
plugin of ours uses: ``upath`` (files of BATCH messages), ``joblib`` (the stock way to drain sinks),
``requests``, ``urllib3`` and ``backoff`` (the stock REST streams). While singer-sdk is imported for
the first time, stand-ins lie in their places. Each brings the real thing where it is first called
or asked for something, so whoever uses these parts of singer-sdk gets what they always got.
Afterwards ``sys.modules`` knows nothing of the stand-ins: whoever else imports one of these gets
the real one.

Nothing is held back where singer-sdk, or one of these, was imported before.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

# Held back with the submodules that singer-sdk names (0.54.9); ``pinned`` says where they are used.
HELD_BACK: dict[str, tuple[str, ...]] = {
    "upath": (),
    "joblib": (),
    "requests": ("requests.adapters", "requests.exceptions"),
    "backoff": (),
    "urllib3": (),
}


class LateModule(ModuleType):
    """Stands in for a module. Once it has left ``sys.modules``, it gives what the real one has."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import system asks; nothing of these packages does
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            return LateName(self.__name__, name)
        return getattr(import_module(self.__name__), name)


class LateName:
    """Stands in for what was taken out of a module while that was held back."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def __repr__(self) -> str:
        return f"<{self._module}.{self._name}, imported when it is used>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the real one."""
        return self._imported()(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # who looks around does not use it yet
            raise AttributeError(name)
        return getattr(self._imported(), name)

    def _imported(self) -> Any:
        return getattr(import_module(self._module), self._name)


@contextmanager
def held_back() -> Iterator[None]:
    """Let stand-ins lie in ``sys.modules`` for what was not imported yet."""
    put = {
        name: LateModule(name)
        for package, parts in HELD_BACK.items()
        if package not in sys.modules
        for name in (package, *parts)
    }
    sys.modules.update(put)
    try:
        yield
    finally:
        for name, stand_in in put.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


def import_singer_sdk() -> None:
    """Import singer-sdk, without what a run of ours does not need.

    Where something that it imports wants more of these packages than stand-ins have, all are real.
    """
    if "singer_sdk" in sys.modules:
        return
    try:
        with held_back():
            import_module("singer_sdk")
    except (AttributeError, ImportError, TypeError, ValueError):
        import_module("singer_sdk")
