"""One thread a process: tests run side by side, and OpenMP threads that wait on a busy core spin."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
