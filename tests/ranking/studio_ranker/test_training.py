"""One step of teaching: what is not heard teaches nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from ranking.defence.influence import Influence
from ranking.studio_ranker.learning import shape_of
from ranking.studio_ranker.logbook import LIKED, Logbook
from ranking.studio_ranker.naming import Names, named
from ranking.studio_ranker.network import StudioNetwork
from ranking.studio_ranker.shelf import shelf_of_log
from ranking.studio_ranker.training import Lessons, askings, lesson_of
from tests.ranking.studio_ranker.logs import small_log


@cache
def names() -> Names:
    return named(small_log())


def loss(log: Logbook, heard: Influence, *, follow: float = 0.5) -> float:
    """Of one step over the whole log, nothing forgotten."""
    torch.manual_seed(0)
    moments = askings(log, heard.weight_P)
    found = lesson_of(
        StudioNetwork(shape_of(names())),
        shelf_of_log(names(), log),
        log,
        moments=moments,
        rows=np.arange(len(moments)),
        lessons=Lessons(forget=0.0, nameless=0.0, targets=10**6, follow=follow),
        heard=heard,
        examined_K=torch.ones(log.shown_SK.shape[1]),
    )
    return float(found.detach())


def test_likes_that_are_not_heard_teach_nothing() -> None:
    log = small_log(people=6, slates=2)
    everybody = Influence.everybody(log)
    no_events = replace(everybody, heard_E=np.zeros(len(log.item_E)))
    no_slates = replace(everybody, heard_SK=np.zeros(log.shown_SK.shape))
    neither = replace(no_events, heard_SK=no_slates.heard_SK)
    assert loss(log, neither) == 0.0
    assert loss(log, replace(everybody, weight_P=np.zeros(6))) == 0.0
    # What was liked of slates alone is the loss of places and, where followed, of what came next.
    assert 0 < loss(log, no_events, follow=0.0) < loss(log, no_events) < loss(log, everybody)
    assert 0 < loss(log, no_slates) < loss(log, everybody)


def test_each_event_is_heard_as_its_own() -> None:
    """People of two likes: only the second is foretold, so only the second can be heard."""
    log = small_log(people=4, slates=0)
    two = np.concatenate([log.offsets_P1[:-1], log.offsets_P1[:-1] + 1])
    two.sort()
    log = replace(
        log,
        offsets_P1=np.arange(0, 10, 2),
        item_E=log.item_E[two],
        action_E=np.full(8, LIKED),
        time_E=log.time_E[two],
    )
    everybody = Influence.everybody(log)
    second = replace(everybody, heard_E=np.tile([0.0, 1.0], 4))
    assert loss(log, second) == pytest.approx(loss(log, everybody))
    assert loss(log, replace(everybody, heard_E=np.tile([1.0, 0.0], 4))) == 0.0
