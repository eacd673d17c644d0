"""``python -m app.cli`` is ``bespoke``."""

import sys

from app.cli import main

sys.exit(main())
