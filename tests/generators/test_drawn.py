"""The drawn world: determinism, frame, labels, palettes."""

import numpy as np
import pytest
from PIL import Image

from generators.drawn import (
    ACCESSORIES,
    BACKGROUNDS,
    LOOKS,
    MOODS,
    PALETTES,
    SUBJECTS,
    Drawing,
    caption,
    render,
    sample,
    svg,
)
from generators.drawn.composition import compose
from generators.drawn.palettes import apart
from studio.errors import InputError


def _pixels(drawing: Drawing, size: int = 64) -> np.ndarray:
    return np.asarray(render(drawing, size)).astype(int)


def test_vocabulary_is_as_large_as_promised() -> None:
    assert len(SUBJECTS) >= 64
    assert len(LOOKS) >= 6
    assert len(PALETTES) >= 12
    assert len(MOODS) >= 8


@pytest.mark.parametrize("look", LOOKS)
def test_same_drawing_gives_same_bytes(look: str) -> None:
    one, two = (
        Drawing(subject="cat", look=look, accessory="crown", background="stars", seed=5)
        for _ in range(2)
    )
    assert svg(one) == svg(two)
    assert render(one).tobytes() == render(two).tobytes()


@pytest.mark.parametrize("look", LOOKS)
def test_every_subject_stands_inside_a_transparent_frame(look: str) -> None:
    for seed, subject in enumerate(SUBJECTS):
        alpha = _pixels(Drawing(subject=subject, look=look, seed=seed), 48)[..., 3]
        rim = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
        assert rim.max() == 0, f"{subject} in {look} leaves the frame"
        assert 0.1 < (alpha > 128).mean() < 0.9, f"{subject} in {look} is blank or a block"


@pytest.mark.parametrize("accessory", ACCESSORIES)
def test_every_accessory_stays_inside_the_frame_and_shows(accessory: str) -> None:
    for subject in list(SUBJECTS)[::9]:
        bare = _pixels(Drawing(subject=subject, seed=2))
        dressed = _pixels(Drawing(subject=subject, accessory=accessory, seed=2))
        rim = np.concatenate([dressed[0], dressed[-1], dressed[:, 0], dressed[:, -1]])
        assert rim[:, 3].max() == 0
        assert (np.abs(bare - dressed).max() > 40) == (accessory != "none")


@pytest.mark.parametrize("background", [name for name in BACKGROUNDS if name != "none"])
def test_every_background_shows_behind_the_subject(background: str) -> None:
    bare = _pixels(Drawing(subject="fox", seed=1))
    alpha = _pixels(Drawing(subject="fox", background=background, seed=1))[..., 3]
    assert (alpha > 250).mean() > 0.7
    assert alpha[bare[..., 3] == 255].min() >= 250
    assert (alpha[0, 0] == 0) == (background == "circle")


def test_moods_are_different_pictures() -> None:
    faces = {_pixels(Drawing(subject="pear", mood=mood)).tobytes() for mood in MOODS}
    assert len(faces) == len(MOODS)


def test_seed_varies_the_shape_a_little() -> None:
    shapes = [_pixels(Drawing(subject="dog", seed=seed))[..., 3] > 128 for seed in range(6)]
    for other in shapes[1:]:
        overlap = (shapes[0] & other).sum() / (shapes[0] | other).sum()
        assert 0.55 < overlap < 1.0


def test_looks_are_far_apart_in_pixels() -> None:
    # Mean absolute difference of the same figure on grey, 0..255, between every two looks.
    def on_grey(look: str) -> np.ndarray:
        picture = render(Drawing(subject="teapot", look=look, palette="vivid", seed=3), 64)
        ground = Image.new("RGBA", picture.size, "#808080")
        ground.alpha_composite(picture)
        return np.asarray(ground).astype(int)

    pictures = {look: on_grey(look) for look in LOOKS}
    for one in LOOKS:
        for two in LOOKS:
            if one < two:
                assert np.abs(pictures[one] - pictures[two]).mean() > 3, (one, two)


def test_beside_each_other_nothing_moves_but_what_differs() -> None:
    bare = Drawing(subject="cat", look="flat")
    crowned = Drawing(subject="cat", look="flat", accessory="crown")
    lower = [np.asarray(render(one, 128))[64:] for one in (bare, crowned)]
    assert not np.array_equal(*lower)
    both = (bare, crowned)
    lower = [np.asarray(render(one, 128, beside=both))[64:] for one in both]
    assert np.array_equal(*lower)
    assert render(crowned).tobytes() == render(crowned, beside=both).tobytes()


def test_one_seed_has_matching_colours_in_every_palette() -> None:
    for seed in range(5):
        places = set()
        for palette, colours in PALETTES.items():
            drawing = Drawing(subject="cat", look="flat", palette=palette, seed=seed)
            places.add(colours.index(compose(drawing).roles["main"]))
        assert len(places) == 1


def test_palettes_differ_measurably() -> None:
    def mean_colour(palette: str) -> np.ndarray:
        total = []
        for subject in ("car", "teapot", "gift", "backpack"):
            for seed in range(3):
                pixels = _pixels(Drawing(subject=subject, palette=palette, seed=seed), 32)
                total.append(pixels[pixels[..., 3] > 200][:, :3])
        return np.asarray(np.concatenate(total).mean(axis=0))

    means = {palette: mean_colour(palette) for palette in PALETTES}
    for one in PALETTES:
        for two in PALETTES:
            if one < two:
                assert np.abs(means[one] - means[two]).max() > 4, (one, two)
        colours = PALETTES[one][:6]
        assert all(apart(a, b) > 20 for i, a in enumerate(colours) for b in colours[:i])


@pytest.mark.parametrize("palette", PALETTES)
def test_the_largest_colour_is_the_palettes_own(palette: str) -> None:
    drawing = Drawing(subject="apple", look="flat", palette=palette, mood="plain")
    pixels = _pixels(drawing, 128).reshape(-1, 4)
    colours, counts = np.unique(pixels[pixels[:, 3] == 255], axis=0, return_counts=True)
    main = "#" + "".join(f"{c:02x}" for c in colours[counts.argmax()][:3])
    assert main in PALETTES[palette][:6]


def test_wished_colours_are_taken_where_the_palette_has_them() -> None:
    for seed in range(6):
        drawing = Drawing(subject="apple", palette="vivid", mood="plain", seed=seed)
        assert tuple(_pixels(drawing, 128)[75, 64]) == (0xF0, 0x32, 0x3C, 255)


@pytest.mark.parametrize("size", [1, 17, 128, 512])
@pytest.mark.parametrize("look", ["outline", "pixel"])
def test_any_size(size: int, look: str) -> None:
    picture = render(Drawing(subject="star", look=look), size)
    assert picture.size == (size, size)
    assert picture.mode == "RGBA"


@pytest.mark.parametrize("size", [0, -4, 100_000])
def test_foolish_sizes_are_refused(size: int) -> None:
    with pytest.raises(InputError, match="pixels wide"):
        render(Drawing(subject="star"), size)


@pytest.mark.parametrize("kind", ["subject", "look", "palette", "mood", "accessory", "background"])
def test_unknown_names_are_refused_with_the_choices(kind: str) -> None:
    with pytest.raises(InputError, match=f"no {kind} 'nonsense'.*choose one of"):
        Drawing(**{"subject": "cat", kind: "nonsense"})  # type: ignore[arg-type]


def test_seed_must_be_whole() -> None:
    with pytest.raises(InputError, match="whole number"):
        Drawing(subject="cat", seed=1.5)  # type: ignore[arg-type]


def test_caption_names_every_part() -> None:
    drawing = Drawing(
        subject="owl",
        look="sketch",
        palette="retro",
        mood="plain",
        accessory="top hat",
        background="stars",
    )
    assert caption(drawing) == (
        "an owl with a top hat, retro colours, pencil sketch style, on a starry background"
    )
    plain = Drawing(subject="cat", mood="happy")
    assert caption(plain) == "a happy cat, pastel colours, flat style"


def test_sample_is_deterministic_and_covers_the_world() -> None:
    drawings = [sample(seed) for seed in range(1500)]
    assert drawings == [sample(seed) for seed in range(1500)]
    assert {drawing.subject for drawing in drawings} == set(SUBJECTS)
    assert {drawing.accessory for drawing in drawings} == set(ACCESSORIES)
    assert {drawing.background for drawing in drawings} == set(BACKGROUNDS)


def test_sample_keeps_its_labels() -> None:
    # Trained models know the world by these labels: a seed keeps its drawing for good.
    assert caption(sample(0)) == SAMPLE_0
    assert caption(sample(1234)) == SAMPLE_1234


SAMPLE_0 = "an angry fox, candy colours, line art style, on a round background"
SAMPLE_1234 = "a sad cat with a scarf, forest colours, line art style, on a dotted background"
