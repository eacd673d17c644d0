"""Fidelity: how faithful a candidate is, per check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found of one candidate."""

    check: str
    score: float
    """In [0, 1]; higher is more faithful."""
    threshold: float
    """Passed where ``score >= threshold``."""
    passed: bool
    reason: str
    """In words, for the person."""
    item: str = ""
    """Id of the item that it speaks of; empty: of none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fidelity:
    """All findings of one candidate, by check name."""

    findings: Mapping[str, Finding] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def passed(self) -> bool:
        """True where every check passed."""
        return all(finding.passed for finding in self.findings.values())

    @property
    def failed(self) -> Mapping[str, str]:
        """Reason by check, for the checks that failed."""
        return {name: found.reason for name, found in self.findings.items() if not found.passed}

    def __getitem__(self, check: str) -> Finding:
        return self.findings[check]
