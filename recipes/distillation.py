"""The few-step student: creation in four steps, guidance folded in.

Run: ``python -m recipes.distillation --data DIR --models DIR --start FOLDER --out FOLDER
--minutes 60``, where ``--start`` is a folder of ``recipes.generator``. Only the UNet is trained:
image prompts and source adapter stay the teacher's, so that one network more is shipped, and what
was fitted to the teacher (LoRA) fits the student.

What it practises stands in ``recipes.student``. Legend: B batch, L words, W text width.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from recipes import workers
from recipes.cards import card, written
from recipes.conditioning import Mix, conditions, same_style
from recipes.corpus import Corpus, real_art
from recipes.encoder import loaded
from recipes.export import finite, folder_replaced
from recipes.generator import practice, weights_of_rows
from recipes.latents import Latents, computed, shifted
from recipes.painter import UNET, Painter, schedule
from recipes.student import SHARED, STEPS, School, Told, lesson
from recipes.tokenizer import ids
from recipes.training import Average, Run, curve, options, rate, set_rate

RATE = 4e-4
BATCH = 16
FAST: dict[str, Any] = {"few_steps": len(STEPS)}
MIX: Mix = (
    ("look by pictures", 0.36),
    ("look by words", 0.34),
    ("look by both", 0.14),
    ("subject only", 0.09),
    ("own picture", 0.07),
)
"""As the teacher's, without what only guidance needs."""


@dataclass(slots=True, kw_only=True, eq=False)
class Batches:
    """Pictures to be made, and what is told of each."""

    art: Corpus
    known: Latents
    text: Any
    """The frozen text tower."""
    tokenizer: Any
    words: dict[str, str]
    """Words of every style."""
    device: str = "cpu"
    _share: Any = field(init=False)
    _peers: Any = field(init=False)
    _nothing_1LW: Tensor = field(init=False)

    def __post_init__(self) -> None:
        self.text = self.text.to(self.device).eval()
        self._share = weights_of_rows(self.art)
        self._peers = same_style(self.art)
        self._nothing_1LW = self._read([""])

    @torch.no_grad()
    def _read(self, texts: list[str]) -> Tensor:
        """B×L×W."""
        with quick(self.device):
            tokens = ids(self.tokenizer, texts).to(self.device)
            found: Tensor = self.text(tokens).last_hidden_state
        return found

    def __call__(self, random: np.random.Generator, batch: int) -> tuple[Tensor, Told]:
        """Clean latents, B×C×h×w, and what is told."""
        rows = random.choice(len(self.art), size=batch, p=self._share)
        said = conditions(
            self.art,
            list(rows),
            self.known.image_2ND,
            self.words,
            random,
            peers=self._peers,
            mix=MIX,
        )
        clean = shifted(self.known.latent_NChw[rows].float(), random)
        return clean.to(self.device), Told(
            text_BLW=self._read(said.texts),
            nothing_1LW=self._nothing_1LW,
            prompt_BKD=said.prompt_BKD.to(self.device),
            shown_B=said.shown_B.to(self.device),
        )


@contextmanager
def quick(device: str) -> Iterator[None]:
    """Half precision, and the attention that is quickest on a CPU."""
    with torch.autocast(device, torch.bfloat16), sdpa_kernel(SDPBackend.MATH):
        yield


def train(
    school: School, batches: Batches, run: Run, *, resume: bool, batch: int, on_save: Any = None
) -> Average:
    """Train the student until the run ends; returns its averaged weights.

    `on_save(average)` is called after each checkpoint.
    """
    device = batches.device
    school.to(device)
    trained = [weight for weight in school.student.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=RATE, betas=(0.9, 0.98), weight_decay=0.0)
    average = Average(school.student, 0.995)
    run.kept = {"student": school.student, "average": average, "optimizer": optimizer}
    if resume and run.resume():
        print(f"resumed at step {run.step}", flush=True)
    average.to(device)
    for step in run.loop(on_save=(lambda: on_save(average)) if on_save else None):
        set_rate(optimizer, rate(run.progress, step, RATE))
        clean, told = batches(run.random(), batch)
        with quick(device):
            loss = lesson(school, clean, told)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        workers.gradients_averaged(school.student)
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        average.update(school.student)
        run.note(loss.item())
    return average


def export(weights: dict[str, Tensor], teacher: Path, out: Path) -> None:
    """Write the teacher's folder with ``few_steps/unet`` and its settings in `out`."""
    with folder_replaced(out) as folder:
        shutil.copytree(teacher, folder, dirs_exist_ok=True)
        few = folder / "few_steps" / "unet"
        shutil.rmtree(folder / "few_steps", ignore_errors=True)
        few.mkdir(parents=True)
        save_file(finite(weights, "few_steps"), few / "diffusion_pytorch_model.safetensors")
        shutil.copyfile(folder / "unet" / "config.json", few / "config.json")
        path = folder / "defaults.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | FAST, indent=2) + "\n")
        written(folder / "few_steps", _card())


def _card() -> str:
    return card(
        title="Bundled sticker generator in four steps",
        what="A UNet for the folder above it, to be used in place of that folder's own where at "
        "most four steps are asked for: DDIM with trailing spacing, guidance scale 1. Weights "
        "that it does not hold are that network's; image prompts, words and autoencoder "
        "are shared. Measured by `bespoke eval generation --backbone FOLDER`.",
        command="python -m recipes.distillation --data DIR --models DIR --start FOLDER "
        "--out FOLDER --minutes M",
        figures={},
        limits=[
            "Softer than the teacher; small parts fade.",
            "No guidance: negative prompts and the guidance scale do nothing.",
            "Creation from noise in at most four steps; pictures are remade by the first network.",
        ],
    )


def own(average: Average) -> dict[str, Tensor]:
    """The averaged weights of the UNet that are not the teacher's."""
    return {
        name.removeprefix("unet."): value.cpu()
        for name, value in average.weights().items()
        if name.startswith("unet.") and not any(part in name for part in SHARED)
    }


def main(arguments: list[str] | None = None) -> None:
    """Train and export."""
    from diffusers import AutoencoderKL
    from transformers import CLIPTextModel

    parser = options(__doc__ or "")
    parser.add_argument("--models", type=Path, required=True, help="holds vae/ and encoder/")
    parser.add_argument("--recoloured", type=int, default=3000, help="art in other colours")
    parser.add_argument("--start", type=Path, required=True, help="the teacher's folder")
    given = parser.parse_args(arguments)
    if given.evaluate:
        parser.error("measure it with `bespoke eval generation --backbone OUT --steps 4,20`")
    workers.joined()
    vae = AutoencoderKL.from_pretrained(given.models / "vae", torch_dtype=torch.float32)
    encoder, tokenizer, config, _ = loaded(given.models / "encoder")
    text = CLIPTextModel.from_pretrained(given.start / "text_encoder", dtype=torch.float32)
    cache = given.work / "corpus"
    every = real_art(given.data, cache=cache) if given.data else None
    art, words = practice(every, given.recoloured, given.drawn, cache=cache)
    if art is None:
        parser.error("give --data or --drawn")
    with workers.first_ahead():
        known = computed(art, vae, encoder, device=given.device, cache=cache)
    torch.manual_seed(given.seed)
    teacher, student = (Painter(UNET, embedding=config["embed_dim"]) for _ in range(2))
    for painter in (teacher, student):  # a folder that has a student goes on with it
        painter.start_from(given.start)
    begun = given.start / "few_steps" / "unet"
    if begun.is_dir():
        weights = load_file(begun / "diffusion_pytorch_model.safetensors")
        student.unet.load_state_dict(weights, strict=False)
    school = School(
        teacher=teacher,
        student=student,
        alphas_T=schedule().alphas_cumprod,
    )
    run = Run(
        out=given.work / "distillation", seed=given.seed, minutes=given.minutes, steps=given.steps
    )

    def finished(average: Average) -> None:
        export(own(average), given.start, given.out)

    batches = Batches(
        art=art,
        known=known,
        text=text,
        tokenizer=tokenizer,
        words=words,
        device=given.device,
    )
    average = train(school, batches, run, resume=given.resume, batch=BATCH, on_save=finished)
    if workers.rank() == 0:
        finished(average)
        print("curve", curve(run.losses))


if __name__ == "__main__":
    main(sys.argv[1:])
