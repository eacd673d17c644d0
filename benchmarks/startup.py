"""How long the words take before the work: ``bespoke --help`` and ``import studio``.

python -m benchmarks.startup [--rounds N]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python -c pass": ([sys.executable, "-c", "pass"], None),
    "import studio": ([sys.executable, "-c", "import studio"], 0.3),
    "from studio import Studio": ([sys.executable, "-c", "from studio import Studio"], None),
    "bespoke --help": ([sys.executable, "-m", "app.cli", "--help"], 0.4),
    "bespoke generate --help": ([sys.executable, "-m", "app.cli", "generate", "--help"], None),
}
"""Name to command line and the most seconds it may take."""


def seconds(command: list[str]) -> float:
    """Wall seconds of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=7)
    rounds = options.parse_args().rounds
    print(f"{'start-up':28}{'median s':>10}{'best s':>10}{'at most':>10}")
    for name, (command, limit) in COMMANDS.items():
        took = [seconds(command) for _ in range(rounds)]
        most = "" if limit is None else f"{limit:.1f}"
        print(f"{name:28}{statistics.median(took):>10.3f}{min(took):>10.3f}{most:>10}")


if __name__ == "__main__":
    main()
