"""One thread a process: tests run side by side, and threads that wait on a busy core spin."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
