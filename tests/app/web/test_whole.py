"""Clicks that wait for one run are applied in the order in which they came."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner_utils import script_requests
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.runtime.state import SafeSessionState

from app.web import whole


@pytest.fixture
def begun() -> Iterator[None]:
    before = SafeSessionState.on_script_will_rerun, script_requests._coalesce_widget_states
    whole.begin()
    yield
    SafeSessionState.on_script_will_rerun = before[0]  # type: ignore[method-assign]
    script_requests._coalesce_widget_states = before[1]


def click(name: str, **fields: int) -> WidgetStates:
    """What a browser sends with one click: a control's value, and the button."""
    field = WidgetState(id="weight", int_value=fields.get("weight", 0))
    return WidgetStates(widgets=[field, WidgetState(id=name, trigger_value=True)])


@pytest.mark.usefixtures("begun")
def test_clicks_keep_their_order() -> None:
    requests = ScriptRequests()
    for weight, name in enumerate(("z-forget", "m-undo", "a-tell")):
        requests.request_rerun(RerunData(widget_states=click(name, weight=weight)))
    request = requests.on_scriptrunner_ready()
    states = request.rerun_data.widget_states
    assert states is not None
    clicked = [state.id for state in states.widgets if state.trigger_value]
    assert clicked == ["z-forget", "m-undo", "a-tell"]
    assert {state.id: state.int_value for state in states.widgets}["weight"] == 2
