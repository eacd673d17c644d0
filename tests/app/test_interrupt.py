"""Ctrl-C while a library is being imported: after the import, in one piece."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app.cli import interrupt

SLOW = """\
import time
print("begun", flush=True)
end = time.monotonic() + 0.5
while time.monotonic() < end:
    pass
print("whole", flush=True)
"""
PROGRAM = """\
import os, signal, threading
from app.cli import interrupt
interrupt.patient()
threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    import slow
    while True:
        pass
except KeyboardInterrupt:
    print("stopped", flush=True)
interrupt.leave(interrupt.STOPPED)
"""


def test_an_import_is_not_torn(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        check=False,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stdout.split() == ["begun", "whole", "stopped"], ran.stderr
    assert ran.returncode == interrupt.STOPPED
