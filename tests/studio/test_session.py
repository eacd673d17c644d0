"""The whole loop on the bundled models: what people rely on."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio import Slate, Studio, intake
from studio.errors import BadImage, BadText, Cancelled, InputError, UnknownName
from studio.progress import Step

pytestmark = pytest.mark.slow

WORDS = "a happy cat"


def pixels(slate: Slate) -> list[bytes]:
    return [offer.image.tobytes() for offer in slate]


def fingerprint(folder: Path) -> str:
    """Digest of every file of a folder but SQLite's scratch files."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith(("-wal", "-shm")):
            digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()


def test_a_slate_holds_every_route_and_says_why(studio: Studio, tmp_path: Path) -> None:
    steps: list[Step] = []
    slate = studio.user("ana").personalize(WORDS, seed=7, on_progress=steps.append)
    assert len(slate) == 4
    made = {offer.route for offer in slate} | {gone.route for gone in slate.rejected}
    assert made == {"retrieve", "edit", "create"}
    assert all(gone.reasons for gone in slate.rejected)
    assert [offer.rank for offer in slate] == [1, 2, 3, 4]
    for offer in slate:
        assert offer.image.size == (512, 512)
        assert offer.image.mode == "RGBA"
        assert offer.reason
        assert offer.fidelity.passed
    assert steps
    document = json.loads(slate.save(tmp_path / "out").read_text())
    assert document["slate_id"] == slate.slate_id
    for item in document["items"]:
        with Image.open(tmp_path / "out" / item["file"]) as saved:
            assert saved.size == (512, 512)
    assert {"prompt", "negative", "concepts", "route_reason"} <= set(document["guidance"])
    assert {"total_s", "generate_s"} <= set(document["timings"])


def test_same_seed_same_store_same_bytes(studio: Studio, seeded_home: Path, tmp_path: Path) -> None:
    first = studio.user("ana").personalize(WORDS, seed=7)
    again = studio.user("ana").personalize(WORDS, seed=7)
    shutil.copytree(seeded_home, tmp_path / "other")
    with Studio.open(tmp_path / "other") as other:
        elsewhere = other.user("ana").personalize(WORDS, seed=7)
    assert first.slate_id == again.slate_id == elsewhere.slate_id
    assert pixels(first) == pixels(again) == pixels(elsewhere)
    assert studio.user("ana").personalize(WORDS, seed=8).slate_id != first.slate_id


def test_every_candidate_is_made_again_from_its_provenance(studio: Studio) -> None:
    ana = studio.user("ana")
    slate = ana.personalize(WORDS, seed=7)
    for offer in slate:
        made = ana.remake(offer.candidate_id)
        assert made.candidate_id == offer.candidate_id
        assert made.image.tobytes() == offer.image.tobytes()
    with pytest.raises(UnknownName):
        studio.user("ben").remake(slate[0].candidate_id)


def test_the_twin_knows_nobody(studio: Studio) -> None:
    ana, ben = (studio.user(name).personalize(WORDS, seed=7) for name in ("ana", "ben"))
    assert pixels(ana) != pixels(ben)
    assert pixels(ana.twin()) == pixels(ben.twin())
    off = studio.user("ana").personalize(WORDS, seed=7, personalization=0)
    assert pixels(off) == pixels(ana.twin())
    assert off.guidance.prompt == WORDS
    assert len(off.guidance.image_prompts_ND) == 0


def test_slates_follow_the_look_of_the_person(studio: Studio) -> None:
    for name, look in (("ana", "line"), ("ben", "soft")):
        slate = studio.user(name).personalize("a friendly dog", seed=3, routes=("retrieve",))
        shown = studio.store.items([offer.candidate.source_item for offer in slate])
        assert shown[0].style == look


def test_feedback_changes_ones_own_slates_and_nobody_elses(studio: Studio, tmp_path: Path) -> None:
    ana, ben = studio.user("ana"), studio.user("ben")
    before_ana, before_ben = (one.personalize(WORDS, seed=7) for one in (ana, ben))
    before_ben.save(tmp_path / "before")
    profile = ben.profile
    files = fingerprint(tmp_path / "before")
    for seed in (1, 2):
        shown = ana.personalize("a sleepy robot", seed=seed, routes=("retrieve", "edit"))
        ana.choose(shown[0])
        ana.dislike(shown[len(shown) - 1])
    soft = [item.item_id for item in studio.catalog.list(limit=100) if item.style == "soft"]
    for item_id in soft[:8]:
        ana.like(item_id)
    ana.say("more pink, never line art")
    after_ana, after_ben = (one.personalize(WORDS, seed=7) for one in (ana, ben))
    assert pixels(after_ana) != pixels(before_ana)
    assert pixels(after_ben) == pixels(before_ben)
    assert after_ben.slate_id == before_ben.slate_id
    assert ben.profile == profile
    after_ben.save(tmp_path / "after")
    (tmp_path / "after" / "slate.json").unlink()  # its timings differ
    (tmp_path / "before" / "slate.json").unlink()
    assert files != fingerprint(tmp_path / "before") == fingerprint(tmp_path / "after")


def test_undo_takes_words_back(studio: Studio) -> None:
    ana = studio.user("ana")
    before = ana.profile
    ana.say("I love pink")
    assert ana.profile["pink"].weight == 1
    ana.undo()
    assert ana.profile == before
    assert ana.undo() == ()


def test_concepts_say_what_they_rest_on(studio: Studio) -> None:
    profile = studio.user("ana").profile
    looks = [concept for concept in profile.concepts if concept.kind == "look"]
    assert looks[0].weight > 0
    liked = {event.item.item_id for event in studio.user("ana").history.interactions}
    assert set(looks[0].evidence) <= liked
    assert looks[0].evidence


def test_pictures_of_ones_own_stay_ones_own(studio: Studio, tmp_path: Path) -> None:
    Image.effect_noise((64, 64), 90).convert("RGB").save(tmp_path / "mine.png")
    ana, ben = studio.user("ana"), studio.user("ben")
    ana.like(tmp_path / "mine.png", note="the colours")
    mine = ana.history.interactions[-1].item
    assert mine.owner == "ana"
    with pytest.raises(UnknownName):
        ben.like(mine.item_id)
    slate = ana.personalize(WORDS, seed=7)
    with pytest.raises(UnknownName):
        ben.choose(slate[0].candidate_id)
    with pytest.raises(UnknownName):
        ben.slate(slate.slate_id)


def test_references_and_masks(studio: Studio) -> None:
    reference = Image.new("RGB", (96, 96), "white")
    reference.paste((220, 40, 40), (20, 20, 76, 76))
    mask = Image.new("L", (96, 96), 0)
    mask.paste(255, (48, 0, 96, 96))
    ana = studio.user("ana")
    slate = ana.personalize(
        "a happy red cat", seed=1, references=[reference], mask=mask, kind="poster"
    )
    assert slate.request.references
    for offer in slate:
        again = ana.remake(offer.candidate_id)
        assert again.image.tobytes() == offer.image.tobytes()


@pytest.mark.parametrize("words", ["", "a\x00cat", "x" * (1 << 20)], ids=["empty", "nul", "1 MB"])
def test_bad_words_change_nothing(studio: Studio, words: str) -> None:
    before = fingerprint(studio.home)
    with pytest.raises(BadText):
        studio.user("ana").personalize(words)
    assert fingerprint(studio.home) == before


def test_bad_files_change_nothing(studio: Studio, tmp_path: Path) -> None:
    good, bad = tmp_path / "art" / "good.png", tmp_path / "art" / "bad.png"
    good.parent.mkdir()
    Image.new("RGB", (8, 8), "red").save(good)
    bad.write_bytes(good.read_bytes()[:40])
    before = fingerprint(studio.home)
    with pytest.raises(BadImage):
        studio.user("ana").like(bad)
    with pytest.raises(BadImage):
        studio.catalog.add(tmp_path / "art")
    assert len(studio.catalog) == 20
    with pytest.raises(InputError):
        studio.catalog.add(tmp_path / "nothing")
    assert fingerprint(studio.home) == before


def test_unknown_people_are_not_made(studio: Studio) -> None:
    with pytest.raises(UnknownName, match="did you mean ana"):
        studio.existing_user("anna")
    assert studio.users() == ["ana", "ben"]


def test_cancelling_stores_nothing(studio: Studio) -> None:
    calls: list[int] = []

    def after_a_while() -> bool:
        calls.append(1)
        return len(calls) > 5

    with pytest.raises(Cancelled):
        studio.user("ana").personalize(WORDS, seed=99, is_cancelled=after_a_while)
    assert studio.store.slates("ana", limit=5) == []
    assert len(studio.user("ana").personalize(WORDS, seed=99)) == 4


def test_an_empty_catalogue_still_creates(tmp_path: Path) -> None:
    with Studio.open(tmp_path / "home") as fresh:
        with pytest.raises(InputError, match="catalogue is empty"):
            fresh.user("eve").personalize(WORDS, seed=1, routes=("retrieve",))
        slate = fresh.user("eve").personalize(WORDS, seed=1)
        assert {offer.route for offer in slate} == {"create"}


def test_indexes_can_be_deleted(studio: Studio) -> None:
    before = studio.user("ana").personalize(WORDS, seed=7)
    studio.close()
    shutil.rmtree(studio.home / "indexes")
    with Studio.open(studio.home) as again:
        after = again.user("ana").personalize(WORDS, seed=7)
    assert {offer.route for offer in after} == {offer.route for offer in before}


def test_adding_twice_adds_once(studio: Studio, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    first = studio.catalog.add(tmp_path / "red.png", style="plain")
    again = studio.catalog.add(tmp_path / "red.png")
    assert (first.added, again.added, again.existing) == (1, 0, 1)
    assert len(studio.catalog) == 21
    assert studio.catalog.search("a red square", k=3)


def test_export_holds_everything_and_delete_leaves_nothing(studio: Studio, tmp_path: Path) -> None:
    ana = studio.user("ana")
    Image.new("RGB", (32, 32), "blue").save(tmp_path / "mine.png")
    ana.like(tmp_path / "mine.png")
    slate = ana.personalize(WORDS, seed=7)
    ana.choose(slate[0])
    ana.export(tmp_path / "ana.zip")
    with zipfile.ZipFile(tmp_path / "ana.zip") as archive:
        document = json.loads(archive.read("user.json"))
        assert document["slates"][0]["slate_id"] == slate.slate_id
        assert len(document["history"]) == len(ana.history)
        assert len([name for name in archive.namelist() if name.startswith("slates/")]) == 4
    mine = hashlib.sha256((tmp_path / "mine.png").read_bytes()).hexdigest()
    assert studio.blobs.has(mine)
    ana.delete()
    assert not studio.blobs.has(mine)
    assert studio.users() == ["ben"]
    assert len(studio.catalog) == 20
    with pytest.raises(UnknownName):
        ana.history  # noqa: B018


def test_two_threads_make_the_same_slates_as_one(studio: Studio) -> None:
    alone = {name: pixels(studio.user(name).personalize(WORDS, seed=5)) for name in ("ana", "ben")}
    made: dict[str, list[bytes]] = {}

    def make(name: str) -> None:
        made[name] = pixels(studio.user(name).personalize(WORDS, seed=5))

    threads = [threading.Thread(target=make, args=(name,)) for name in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == alone


def test_embeddings_do_not_depend_on_what_is_beside_them(studio: Studio) -> None:
    items = studio.catalog.list(limit=5)
    pictures = [studio.gallery.image(item) for item in items]
    together = studio.parts.encoder.images(pictures)
    alone = studio.parts.encoder.images(pictures[:1])
    np.testing.assert_allclose(together[0], alone[0], atol=1e-3)
    assert intake.encode_png(pictures[0]) == intake.encode_png(pictures[0])
