"""Ctrl-C: one clean stop wherever the program is, also where libraries do not expect it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

STOPPED = 130
RETRY_S = 0.05


def patient() -> None:
    """Let Ctrl-C wait for the end of an import.

    Extension modules call back into Python while they are being set up and abort the process when
    such a call is interrupted.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    if _importing(frame):
        later = threading.Timer(RETRY_S, os.kill, (os.getpid(), number))
        later.daemon = True
        later.start()
        return
    raise KeyboardInterrupt


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def leave(code: int) -> NoReturn:
    """End the process with ``code``.

    After a stop without the interpreter's own way out: it would end by the signal (code -2) where
    an extension module had seen the interrupt first, and join threads that still compute.
    """
    if code == STOPPED:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
