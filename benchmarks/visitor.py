"""Visitor: a person at a page without a browser, over the websocket that a browser would use."""

from __future__ import annotations

import time
from types import TracebackType

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin

WAIT_S = 120.0
LARGEST = 64 * 2**20
DRAWN = ForwardMsg.FINISHED_SUCCESSFULLY


class Visitor:
    """One open page of one person."""

    def __init__(self, url: str, *, person: str) -> None:
        self.query = f"person={person}"
        self.buttons: list[str] = []
        """Widget ids of the buttons on the page, from the top."""
        self.page_hash = ""
        address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
        self._socket = connect(address, max_size=LARGEST, origin=Origin(url))

    def __enter__(self) -> Visitor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def go(self, screen: str) -> float:
        """Open a screen by its address; seconds until it is drawn."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = screen
        return self._run(message)

    def click(self, name: str) -> float:
        """Press the first button whose key begins with ``name``; seconds until it is drawn.

        LookupError where the page has none.
        """
        found = next((one for one in self.buttons if f"-{name}" in one), None)
        if found is None:
            raise LookupError(f"no button {name!r} among {len(self.buttons)}")
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.page_hash
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.trigger_value = found, True
        return self._run(message)

    def _run(self, message: BackMsg) -> float:
        self.buttons = []
        start = time.perf_counter()
        self._socket.send(message.SerializeToString())
        while True:
            told = ForwardMsg.FromString(bytes(self._socket.recv(WAIT_S, decode=False)))
            kind = told.WhichOneof("type")
            if kind == "new_session":
                self.page_hash = told.new_session.page_script_hash
            elif kind == "delta" and told.delta.new_element.WhichOneof("type") == "button":
                self.buttons.append(told.delta.new_element.button.id)
            elif kind == "script_finished" and told.script_finished == DRAWN:
                return time.perf_counter() - start
