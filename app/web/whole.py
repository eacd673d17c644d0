"""Whole: what a click does is done, and done to its end, also where the next click waits already.

Streamlit (1.67) looks for a newer request of the same page before it applies a request, and again
in every ``st`` call, the reading of ``st.session_state`` in a callback among them. There it leaves
the run by an exception, and the run that follows knows nothing of the click that was dropped: of
ten clicks in half a second two counted. Here a run applies its request with all callbacks first.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from streamlit.runtime.state import SafeSessionState

_APPLY = SafeSessionState.on_script_will_rerun


def begin() -> None:
    """From now on, for every page of this process; doing it twice does it once."""
    SafeSessionState.on_script_will_rerun = _undisturbed  # type: ignore[method-assign,assignment]


@wraps(_APPLY)
def _undisturbed(state: SafeSessionState, *given: Any, **named: Any) -> None:
    # The script runner heeds newer requests only while it says that it executes.
    runner: Any = getattr(state._yield_callback, "__self__", None)
    if runner is None:
        _APPLY(state, *given, **named)
        return
    before, runner._execing = runner._execing, False
    try:
        _APPLY(state, *given, **named)
    finally:
        runner._execing = before
