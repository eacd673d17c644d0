"""A clock that was wrong once: what is said later still counts as said later."""

from __future__ import annotations

import time

from studio import Studio
from studio.tables import HistoryRow

YEAR_S = 365 * 86_400.0


def test_a_clock_set_back_turns_nothing_around(tmp_path: object) -> None:
    from PIL import Image

    with Studio.open(str(tmp_path)) as studio:
        ana = studio.user("ana")
        one, two = (Image.new("RGB", (8, 8), colour) for colour in ("red", "blue"))
        ana.like(one)
        item = ana.history.interactions[0].item
        ahead = time.time() + YEAR_S  # the clock as it was
        ana.add_history([HistoryRow(subject=item.item_id, event="like", timestamp=ahead)])
        ana.dislike(item)
        ana.prefer(two, over=one)
        events = [event.event for event in ana.history.interactions]
        assert events == ["like", "like", "dislike", "reject", "prefer"]
        times = [event.timestamp for event in ana.history.interactions]
        assert len(set(times)) == 4  # each act has a moment of its own
