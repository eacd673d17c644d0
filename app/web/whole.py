"""Whole: what a click does is done, and done to its end, also where the next click waits already.

Streamlit (1.67) looks for a newer request of the same page before it applies a request, and again
in every ``st`` call, the reading of ``st.session_state`` in a callback among them. There it leaves
the run by an exception, and the run that follows knows nothing of the click that was dropped: of
ten clicks in half a second two counted. Here a run applies its request with all callbacks first.

Clicks that wait for the same run are put into one request, the newest first, and callbacks follow
that order: an Undo was done before the Forget that it should take back. Here they keep theirs.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner_utils import script_requests
from streamlit.runtime.state import SafeSessionState

_APPLY = SafeSessionState.on_script_will_rerun
_COALESCE = script_requests._coalesce_widget_states


def begin() -> None:
    """From now on, for every page of this process; doing it twice does it once."""
    SafeSessionState.on_script_will_rerun = _undisturbed  # type: ignore[method-assign,assignment]
    script_requests._coalesce_widget_states = _in_order  # type: ignore[assignment]


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


@wraps(_COALESCE)
def _in_order(old: WidgetStates | None, new: WidgetStates | None) -> WidgetStates | None:
    """One request of two: what the older one asked for and still stands comes first."""
    both = _COALESCE(old, new)
    if not both or not old:
        return both
    clicked = [state.id for state in old.widgets if _is_click(state)]
    place = {one: at for at, one in enumerate(clicked)}
    ordered = sorted(both.widgets, key=lambda state: place.get(state.id, len(place)))
    return WidgetStates(widgets=ordered)


def _is_click(state: WidgetState) -> bool:
    return state.WhichOneof("value") == "trigger_value" and bool(state.trigger_value)
