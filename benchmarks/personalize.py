"""One warm ``personalize(size=4)`` over all routes, next to plain diffusers.

python -m benchmarks.personalize [--rounds N] [--seed N] [--backbone SPEC]

Time by stage, peak memory, and the share of everything but denoising (the UNet and the scheduler)
and decoding: by the clock, and by the main thread's processor time, which waiting for a busy
machine or a disk does not change. Plain diffusers makes as many pictures with the same model,
steps, size and strengths, once one at a time in a loop and once in batches, every step guided, as
its users have it; no history, checks, cutout or ranking.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app import demo
from generators.backbone import Backbone, shared_backbone
from studio import Studio, User
from studio.slate import Slate

INSTRUCTION = "a happy cat"
MOST_OVERHEAD = 0.15


@dataclass(slots=True, kw_only=True)
class Meter:
    """Seconds inside the network, the scheduler and the decoder."""

    seconds: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    """The same in processor time of the calling thread."""
    _since: tuple[float, float] = (0.0, 0.0)

    @contextmanager
    def on(self, pipes: Sequence[Any]) -> Iterator[None]:
        """Count while the block runs; the model is as before afterwards."""
        first = pipes[0]
        hooks = [
            *self._hooks(first.unet, "unet"),
            *self._hooks(first.vae.decoder, "decode"),
            *self._hooks(first.vae.encoder, "encode sources"),
        ]
        schedulers = {id(pipe.scheduler): pipe.scheduler for pipe in pipes}.values()
        steps = [(scheduler, scheduler.step) for scheduler in schedulers]
        for scheduler, step in steps:
            scheduler.step = self._timed(step, "scheduler")
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()
            for scheduler, _ in steps:
                del scheduler.step

    def _hooks(self, module: Any, name: str) -> list[Any]:
        def before(*_: Any) -> None:
            self._start()

        def after(*_: Any) -> None:
            self._add(name)

        return [module.register_forward_pre_hook(before), module.register_forward_hook(after)]

    def _timed(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            self._start()
            made = call(*given, **named)
            self._add(name)
            return made

        return timed

    def _start(self) -> None:
        self._since = (time.perf_counter(), time.thread_time())

    def _add(self, name: str) -> None:
        clock, processor = self._since
        for found, took in (
            (self.seconds, time.perf_counter() - clock),
            (self.processor, time.thread_time() - processor),
        ):
            found[name] = found.get(name, 0.0) + took


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The pictures that one route drew."""

    route: str
    count: int
    steps: int
    guidance_scale: float
    strength: float


def work_of(slate: Slate) -> list[Work]:
    """What the generators drew for a slate, whether shown, rejected or left over; what was
    recoloured took no model."""
    found: dict[str, Work] = {}
    made = [offer.candidate for offer in slate.offers] + [one.candidate for one in slate.rejected]
    for candidate in made:
        provenance = candidate.provenance
        if candidate.route != "retrieve" and "steps" in provenance.settings:
            recoloured = sum(
                one.route == candidate.route and "steps" not in one.provenance.settings
                for one in made
            )
            found[candidate.route] = Work(
                route=candidate.route,
                count=len(provenance.batch) - recoloured,
                steps=int(provenance.settings["steps"]),
                guidance_scale=float(provenance.settings["guidance_scale"]),
                strength=_share_run(provenance.settings),
            )
    return list(found.values())


def _share_run(settings: Mapping[str, Any]) -> float:
    """Share of its steps that an edit runs; all where it is remade from its source."""
    return 1.0 if settings.get("edit") == "revise" else float(settings.get("strength", 1.0))


def plain(pipes: dict[str, Any], slate: Slate, *, size: int, batched: bool) -> float:
    """Seconds of plain diffusers for as many pictures."""
    import torch
    from PIL import Image

    source = Image.new("RGB", (size, size), "white")
    start = time.perf_counter()
    for work in work_of(slate):
        sizes = [work.count] if batched else [1] * work.count
        for many in sizes:
            given: dict[str, Any] = (
                {"image": [source] * many, "strength": work.strength}
                if work.route == "edit"
                else {"height": size, "width": size}
            )
            with torch.inference_mode():
                pipes[work.route](
                    prompt=slate.guidance.prompt,
                    negative_prompt=slate.guidance.negative or None,
                    num_images_per_prompt=many,
                    num_inference_steps=work.steps,
                    guidance_scale=work.guidance_scale,
                    generator=torch.Generator("cpu").manual_seed(0),
                    **given,
                )
    return time.perf_counter() - start


def pipelines(backbone: Backbone) -> dict[str, Any]:
    """Plain diffusers over the same folder, loaded on its own."""
    from diffusers import AutoPipelineForImage2Image, DiffusionPipeline

    create = DiffusionPipeline.from_pretrained(
        backbone.folder,
        torch_dtype=backbone.pipe.unet.dtype,
        use_safetensors=True,
        local_files_only=True,
    ).to(backbone.pipe.device)
    edit = AutoPipelineForImage2Image.from_pipe(create)
    for pipe in (create, edit):
        pipe.set_progress_bar_config(disable=True)
    return {"create": create, "edit": edit}


def person_of(studio: Studio, folder: Path) -> User:
    """The first person of the demo, in a home with its catalogue."""
    drawings = list(demo.catalogue())
    demo.write_art(drawings, folder)
    studio.catalog.add(folder)
    return demo.introduce(studio, demo.PEOPLE[0], drawings, dict(demo.items_by_file(studio)))


def megabytes() -> float:
    """Peak resident memory of this process, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--backbone", default="bundled")
    chosen = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Studio.open(Path(folder) / "home", backbone=chosen.backbone) as studio,
    ):
        person = person_of(studio, Path(folder) / "art")
        backbone = shared_backbone(studio.parts)
        assert isinstance(backbone, Backbone), "this benchmark times local models"
        if not isinstance(backbone, Backbone):
            raise SystemExit("a server cannot be measured beside a plain loop; name a local model")
        person.personalize(INSTRUCTION, seed=chosen.seed)  # loads and warms everything
        slates: list[Slate] = []
        meters: list[Meter] = []
        for number in range(chosen.rounds):
            meter = Meter()
            start = time.thread_time()
            with meter.on(backbone.pipelines):
                slates.append(person.personalize(INSTRUCTION, seed=chosen.seed + 1 + number))
            meter.processor["total"] = time.thread_time() - start
            meters.append(meter)
        peak = megabytes()
        pipes = pipelines(backbone)
        plain(pipes, slates[0], size=backbone.size, batched=True)
        loops = [plain(pipes, one, size=backbone.size, batched=False) for one in slates]
        batches = [plain(pipes, one, size=backbone.size, batched=True) for one in slates]
    report(slates, meters, loops=loops, batches=batches, peak=peak)


def report(
    slates: Sequence[Slate],
    meters: Sequence[Meter],
    *,
    loops: Sequence[float],
    batches: Sequence[float],
    peak: float,
) -> None:
    """Medians over the rounds."""
    total = statistics.median(slate.timings["total_s"] for slate in slates)
    print(f"{'personalize(size=4), warm':34}{'seconds':>10}{'share':>9}")

    def line(name: str, seconds: float) -> None:
        print(f"{name:34}{seconds:>10.3f}{seconds / total:>9.1%}")

    for stage in [name for name in slates[0].timings if name != "total_s"]:
        line(stage, statistics.median(slate.timings[stage] for slate in slates))
    for name in sorted({name for meter in meters for name in meter.seconds}):
        line(f"  of it {name}", statistics.median(m.seconds.get(name, 0.0) for m in meters))
    line("total", total)
    shares = [
        1 - _core(meter.seconds) / slate.timings["total_s"]
        for meter, slate in zip(meters, slates, strict=True)
    ]
    busy = [1 - _core(meter.processor) / meter.processor["total"] for meter in meters]
    drawn = sum(work.count for work in work_of(slates[0]))
    print(f"\noverhead (all but denoising and decoding): {statistics.median(shares):.1%}", end="")
    print(f", at most {MOST_OVERHEAD:.0%}; by processor time {statistics.median(busy):.1%}")
    print(f"peak memory {peak:.0f} MiB")
    print(f"pictures drawn: {drawn}; shown: {len(slates[0])}")
    print(f"plain diffusers, one at a time: {statistics.median(loops):.3f} s")
    print(f"plain diffusers, in batches:    {statistics.median(batches):.3f} s")


def _core(spent: dict[str, float]) -> float:
    """Seconds of denoising and decoding."""
    return sum(spent.get(name, 0.0) for name in ("unet", "scheduler", "decode"))


if __name__ == "__main__":
    main()
