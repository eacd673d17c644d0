"""Bespoke: an open studio for generative personalization.

from studio import Studio

with Studio.open("~/.bespoke") as studio:
    ana = studio.user("ana")
    ana.like("cat.png")
    slate = ana.personalize("a happy cat", seed=7)
    slate.save("out/")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.session import Studio
    from studio.slate import Slate
    from studio.user import User

__version__ = "0.1.0"
__all__ = ["Slate", "Studio", "User", "__version__"]

_HOMES = {"Studio": "studio.session", "User": "studio.user", "Slate": "studio.slate"}


def __getattr__(name: str) -> Any:
    """Load the public classes when first asked for, so that ``import studio`` stays light."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'studio' has no attribute {name!r}")
