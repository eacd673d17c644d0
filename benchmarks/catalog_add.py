"""How fast pictures come into the catalogue, after the encoder is loaded.

python -m benchmarks.catalog_add --data DIR [--limit N]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from studio import Studio
from studio.intake import SUFFIXES


def main() -> None:
    """Print pictures, seconds and pictures a second."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="a folder of pictures")
    options.add_argument("--limit", type=int, default=0, help="0: all of them")
    chosen = options.parse_args()
    found = sorted(path for path in chosen.data.rglob("*") if path.suffix.lower() in SUFFIXES)
    paths = found[: chosen.limit] if chosen.limit else [chosen.data]
    with tempfile.TemporaryDirectory() as home, Studio.open(home) as studio:
        start = time.perf_counter()
        studio.parts.encoder.texts(["warm"])
        loaded = time.perf_counter()
        added = studio.catalog.add(list(paths))
        took = time.perf_counter() - loaded
        start_again = time.perf_counter()
        again = studio.catalog.add(list(paths))
        repeated = time.perf_counter() - start_again
    print(f"{'catalog add':28}{'pictures':>10}{'seconds':>10}{'a second':>10}")
    print(f"{'model load':28}{'':>10}{loaded - start:>10.2f}")
    print(f"{'first time':28}{added.added:>10}{took:>10.2f}{added.added / took:>10.0f}")
    print(f"{'again':28}{again.existing:>10}{repeated:>10.2f}{again.existing / repeated:>10.0f}")


if __name__ == "__main__":
    main()
