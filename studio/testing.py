"""Contract tests: what every implementation of a seam must hold. Third parties run them too.

from studio import testing

def test_my_encoder():
    testing.check_encoder(MyEncoder(), pictures=[...])

``MemoryGallery`` is a gallery to run parts on. Legend: N items, D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from studio.candidate import Draft
from studio.errors import Cancelled, UnknownName
from studio.fidelity import Fidelity
from studio.lexicon import Lexicon
from studio.progress import Step, never, silent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from studio.candidate import Candidate
    from studio.content import Item
    from studio.guidance import Guidance
    from studio.history import History
    from studio.protocols import Check, Encoder, Gallery, Generator, Instructor, Ranker, Taste
    from studio.request import Request

    Vectors = NDArray[np.float32]


class MemoryGallery:
    """``studio.protocols.Gallery`` in memory: exact search over what was put there."""

    def __init__(
        self, *, dim: int, encode: Callable[[Sequence[Image]], Vectors] | None = None
    ) -> None:
        self.dim = dim
        self.held: dict[str, Item] = {}
        self._encode = encode
        self._pictures: dict[str, Image] = {}
        self._vectors: dict[str, Vectors] = {}

    def hold(self, item: Item, image: Image, vector_D: Vectors | None = None) -> Item:
        """Put an item there; its vector is what ``encode`` makes of it where none is given."""
        self.held[item.item_id] = item
        self._pictures[item.item_id] = image
        if vector_D is not None:
            self._vectors[item.item_id] = vector_D
        return item

    def _shown(self, owner: str = "") -> list[Item]:
        return [item for item in self.held.values() if item.owner in {"", owner}]

    def search(
        self,
        query_D: Vectors,
        *,
        k: int,
        words: str = "",
        owner: str = "",
        style: str = "",
        kind: str = "",
    ) -> list[tuple[Item, float]]:
        """The k most relevant, best first."""
        items = [
            item
            for item in self._shown(owner)
            if style in {"", item.style} and kind in {"", item.kind}
        ]
        found = zip(items, self.relevance(items, query_D, words=words).tolist(), strict=True)
        return sorted(found, key=lambda pair: (-pair[1], pair[0].item_id))[:k]

    def relevance(self, items: Sequence[Item], query_D: Vectors, *, words: str = "") -> Vectors:
        """(N,) cosine, and a little for the words an item carries."""
        found_N: Vectors = self.vectors(items) @ query_D
        return found_N + 0.3 * Lexicon(list(items))(words) if words and len(items) else found_N

    def spoken(self, item: Item, words: str) -> float:
        """Share in [0, 1] of ``words`` that caption and tags hold."""
        return Lexicon(self._shown()).share(" ".join((item.caption, *item.tags)), words)

    def vectors(self, items: Sequence[Item]) -> Vectors:
        """(N, D); each is made once."""
        import numpy as np

        for item in items:
            if item.item_id not in self._vectors:
                if self._encode is None:
                    raise TypeError(f"{item.item_id} was put there without a vector; give one")
                self._vectors[item.item_id] = self._encode([self.image(item)])[0]
        found = [self._vectors[item.item_id] for item in items]
        return np.stack(found) if found else np.zeros((0, self.dim), np.float32)

    def image(self, item: Item) -> Image:
        """The picture."""
        return self._pictures[item.item_id]

    def items(self, ids: Sequence[str], *, owner: str = "") -> list[Item]:
        """Items by id, in order; UnknownName for another person's too."""
        for name in ids:
            if name not in self.held or self.held[name].owner not in {"", owner}:
                raise UnknownName(f"no item {name}; name one of the catalogue")
        return [self.held[name] for name in ids]

    def mean(self) -> Vectors:
        """(D,) of the catalogue; zero when it is empty."""
        import numpy as np

        shown = self._shown()
        mean_D: Vectors = self.vectors(shown).mean(0) if shown else np.zeros(self.dim, np.float32)
        return mean_D

    def style_means(self) -> dict[str, Vectors]:
        """(D,) of the catalogue items of each style."""
        shown = self._shown()
        return {
            style: self.vectors([item for item in shown if item.style == style]).mean(0)
            for style in sorted({item.style for item in shown})
        }


def check_encoder(encoder: Encoder, *, pictures: Sequence[Image]) -> None:
    """Unit rows of one width, the same for the same input, alone or in a batch (within 1e-3)."""
    import numpy as np

    together_ND = encoder.images(pictures)
    assert together_ND.shape == (len(pictures), encoder.dim)
    assert together_ND.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together_ND, axis=1), 1, atol=1e-4)
    np.testing.assert_array_equal(together_ND, encoder.images(pictures))
    alone_D = encoder.images(pictures[:1])[0]
    np.testing.assert_allclose(alone_D, together_ND[0], atol=1e-3)
    words_ND = encoder.texts(["a cat", "a dog"])
    assert words_ND.shape == (2, encoder.dim)
    np.testing.assert_allclose(np.linalg.norm(words_ND, axis=1), 1, atol=1e-4)
    assert encoder.images([]).shape == (0, encoder.dim)
    assert encoder.texts([]).shape == (0, encoder.dim)
    assert encoder.digest


def check_instructor(
    instructor: Instructor, *, request: Request, history: History, gallery: Gallery
) -> None:
    """The same input gives the same guidance, and the twin's rests on the request alone."""
    from studio.history import History as Empty
    from studio.profile import Profile

    profile = Profile(user=request.user)
    first = instructor(request, history=history, profile=profile, gallery=gallery)
    again = instructor(request, history=history, profile=profile, gallery=gallery)
    assert first.pack() == again.pack()
    assert first.instruction == request.instruction
    assert {plan.route for plan in first.routes} <= set(request.routes)
    off = replace(request, personalization=0.0)
    twin = instructor(off, history=history, profile=profile, gallery=gallery)
    nobody = instructor(off, history=Empty(user=request.user), profile=profile, gallery=gallery)
    assert twin.pack() == nobody.pack()
    assert len(twin.image_prompts_ND) == len(request.references)


def check_generator(
    generator: Generator, *, guidance: Guidance, drafts: Sequence[Draft], gallery: Gallery
) -> None:
    """A candidate a draft, in order; the same bytes again; alone or beside others within 1/255."""
    import numpy as np

    steps: list[Step] = []
    made = generator(
        guidance, drafts=drafts, gallery=gallery, on_progress=steps.append, is_cancelled=never
    )
    again = generator(
        guidance, drafts=drafts, gallery=gallery, on_progress=silent, is_cancelled=never
    )
    alone = generator(
        guidance, drafts=drafts[:1], gallery=gallery, on_progress=silent, is_cancelled=never
    )
    assert [one.seed for one in made] == [draft.seed for draft in drafts]
    assert len({one.candidate_id for one in made}) == len(made)
    for one, two in zip(made, again, strict=True):
        assert one.candidate_id == two.candidate_id
        assert one.image.tobytes() == two.image.tobytes()
        assert one.provenance.guidance == guidance.digest
        assert [seed for seed, _ in one.provenance.batch] == [draft.seed for draft in drafts]
    # Where alpha is zero the colour is nobody's, so pictures are compared as they look on white.
    gap = np.abs(_on_white(alone[0].image) - _on_white(made[0].image)).max()
    assert gap <= 1, f"{gap}/255 apart from the same draft in a batch"
    try:
        generator(
            guidance,
            drafts=drafts,
            gallery=gallery,
            on_progress=silent,
            is_cancelled=lambda: True,
        )
    except Cancelled:
        return
    raise AssertionError("a cancelled generator went on")


def _on_white(image: Image) -> NDArray[np.int16]:
    import numpy as np
    from PIL import Image as Images

    if image.mode == "RGBA":
        ground = Images.new("RGBA", image.size, "white")
        image = Images.alpha_composite(ground, image)
    return np.asarray(image.convert("RGB"), np.int16)


def check_check(
    check: Check,
    *,
    candidates: Sequence[Candidate],
    guidance: Guidance,
    history: History,
    gallery: Gallery,
) -> None:
    """A finding a candidate, in order, that does not depend on what stands beside it."""
    findings = check(candidates, guidance=guidance, history=history, gallery=gallery)
    assert len(findings) == len(candidates)
    for candidate, found in zip(candidates, findings, strict=True):
        assert 0 <= found.score <= 1
        assert found.passed == (found.score >= found.threshold)
        assert found.reason
        assert "\n" not in found.reason
        alone = check([candidate], guidance=guidance, history=history, gallery=gallery)[0]
        assert alone.passed == found.passed
    assert check([], guidance=guidance, history=history, gallery=gallery) == []


def check_ranker(
    ranker: Ranker, *, candidates: Sequence[Candidate], guidance: Guidance, taste: Taste
) -> None:
    """Ranks from 1; each candidate once; every route while places last; input order is nothing."""

    def slate(pool: Sequence[Candidate], size: int) -> list[str]:
        offers = ranker(
            pool,
            fidelities=[Fidelity()] * len(pool),
            guidance=guidance,
            taste=taste,
            size=size,
            seed=1,
        )
        assert [offer.rank for offer in offers] == list(range(1, len(offers) + 1))
        assert all(0 < offer.propensity <= 1 and 0 <= offer.score <= 1 for offer in offers)
        assert all(offer.reason for offer in offers)
        return [offer.candidate_id for offer in offers]

    whole = slate(candidates, len(candidates))
    assert sorted(whole) == sorted(one.candidate_id for one in candidates)
    assert slate(list(reversed(candidates)), len(candidates)) == whole
    assert len(slate(candidates, 1)) == 1
    routes = {one.candidate_id: one.route for one in candidates}
    few = slate(candidates, len(set(routes.values())))
    assert {routes[one] for one in few} == set(routes.values())


def check_taste(taste: Taste, *, liked_ND: object, other_ND: object) -> None:
    """Scores in [0, 1], and what is liked above what is not, on average."""
    import numpy as np

    liked_N, other_N = taste(np.asarray(liked_ND)), taste(np.asarray(other_ND))
    for scores_N in (liked_N, other_N):
        assert ((scores_N >= 0) & (scores_N <= 1)).all()
    assert liked_N.mean() > other_N.mean()
