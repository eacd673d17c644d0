"""RQ-VAE: codebooks learned together with an encoder and a decoder of the vectors.

After TIGER (arXiv 2305.05065, section 3.1) and the residual quantizer of arXiv 2203.01941, eq. 4 to
6: straight-through gradients, commitment loss, codebooks moved by running means of what chose them
(arXiv 1711.00937, appendix A.1), which need no learning rate, and dead codes put where vectors are.

Legend: N items, B batch, F width, Z latent width, L levels, K codes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from ranking.semantic_ids.quantizers import residual_means
from ranking.semantic_ids.vectors import Vectors
from studio.errors import ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class RqVaeOptions:
    """Size and course."""

    levels: int = 3
    codes: int = 256
    latent: int = 32
    """Z."""
    hidden: int = 256
    steps: int = 1500
    batch: int = 1024
    rate: float = 1e-3
    commitment: float = 0.25
    """Weight of the loss that keeps latents near their codes."""
    fading: float = 0.98
    """What is kept of the running means at each step."""


class RqVae(nn.Module):
    """A quantizer (``ranking.semantic_ids.quantizers.Quantizer``) once it has learned."""

    codebooks_LKZ: Tensor

    def __init__(self, options: RqVaeOptions, width: int) -> None:
        super().__init__()
        self.options, self.width = options, width
        hidden, latent = options.hidden, options.latent
        self.encoder = nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, latent))
        self.decoder = nn.Sequential(nn.Linear(latent, hidden), nn.GELU(), nn.Linear(hidden, width))
        self.register_buffer("codebooks_LKZ", torch.zeros(options.levels, options.codes, latent))

    @property
    def books(self) -> Vectors:
        """The codebooks, in the latent space."""
        return self.codebooks_LKZ.numpy()

    @torch.no_grad()
    def latent(self, vectors_NF: Vectors) -> Vectors:
        """(N, Z) what is quantized; ModelError for vectors of another width."""
        if vectors_NF.shape[1] != self.width:
            raise ModelError(
                f"vectors of width {vectors_NF.shape[1]} for an RQ-VAE of width {self.width}; use "
                "the encoder that it was trained with"
            )
        made: Vectors = self.encoder(torch.from_numpy(np.asarray(vectors_NF, np.float32))).numpy()
        return made

    @torch.no_grad()
    def rebuilt(self, digits_NL: Tensor) -> Tensor:
        """(N, F) the vectors that words of digits stand for."""
        latent_NZ = sum(
            (self.codebooks_LKZ[level][digits_NL[:, level]] for level in range(digits_NL.shape[1])),
            start=torch.zeros(()),
        )
        out: Tensor = self.decoder(latent_NZ)
        return out


def rq_vae(vectors_NF: Vectors, options: RqVaeOptions, *, seed: int = 0) -> RqVae:
    """Learn encoder, decoder and codebooks of a catalogue.

    First the encoder alone learns to be undone, then residual k-means of its latents starts the
    codebooks (so no code is dead at birth), then all learn together. ModelError where the loss is
    not finite or there are no items.
    """
    if not len(vectors_NF):
        raise ModelError("an RQ-VAE needs an item at least")
    torch.manual_seed(seed)
    model = RqVae(options, vectors_NF.shape[1])
    vectors = torch.from_numpy(np.asarray(vectors_NF, np.float32))
    draw = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=1e-4)
    warm_up = options.steps // 5
    means = torch.zeros(0)
    sizes = torch.zeros(0)
    for step in range(options.steps):
        if step == warm_up:
            books = residual_means(
                model.latent(vectors_NF), levels=options.levels, codes=options.codes, seed=seed
            )
            model.codebooks_LKZ.copy_(torch.from_numpy(books.books))
            sizes = torch.ones(options.levels, options.codes)
            means = model.codebooks_LKZ.clone()
        part_BF = vectors[torch.randint(len(vectors), (options.batch,), generator=draw)]
        latent_BZ = model.encoder(part_BF)
        given_BZ, commitment = latent_BZ, torch.zeros(())
        if step >= warm_up:
            sums_BZ, commitment = _quantized(model, latent_BZ, means, sizes, draw)
            given_BZ = latent_BZ + (sums_BZ - latent_BZ).detach()
        missed = fn.mse_loss(model.decoder(given_BZ), part_BF) * part_BF.shape[1]
        loss = missed + options.commitment * commitment
        if not bool(torch.isfinite(loss)):
            raise ModelError(f"the RQ-VAE's loss became {float(loss)} at step {step}")
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        optimizer.step()
    return model.eval()


def _quantized(
    model: RqVae, latent_BZ: Tensor, means: Tensor, sizes: Tensor, draw: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Sums of the chosen codes and the commitment loss; moves the codebooks by running means."""
    fading = model.options.fading
    sums_BZ, commitment = torch.zeros_like(latent_BZ), torch.zeros(())
    for level in range(model.options.levels):
        rest_BZ = latent_BZ - sums_BZ
        with torch.no_grad():
            table_KZ = model.codebooks_LKZ[level]
            code_B = torch.cdist(rest_BZ, table_KZ).argmin(1)
            chosen_KB = fn.one_hot(code_B, len(table_KZ)).T.to(rest_BZ.dtype)
            sizes[level].mul_(fading).add_(chosen_KB.sum(1), alpha=1 - fading)
            means[level].mul_(fading).add_(chosen_KB @ rest_BZ, alpha=1 - fading)
            dead_K = sizes[level] < 0.05
            if bool(dead_K.any()):
                rows = torch.randint(len(rest_BZ), (int(dead_K.sum()),), generator=draw)
                means[level][dead_K], sizes[level][dead_K] = rest_BZ[rows], 1.0
            picked_BZ = table_KZ[code_B]
            model.codebooks_LKZ[level] = means[level] / sizes[level].clamp(min=1e-6)[:, None]
        commitment = commitment + (rest_BZ - picked_BZ).square().sum(1).mean()
        sums_BZ = sums_BZ + picked_BZ
    return sums_BZ.detach(), commitment
