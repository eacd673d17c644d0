"""The store: rows in SQLite or PostgreSQL, blobs by their digest."""

from studio.store.blobs import Blobs
from studio.store.rows import AdapterRow, AuditRow, CandidateRow, JobRow, KeyRow, SlateRow
from studio.store.store import Store

__all__ = [
    "AdapterRow",
    "AuditRow",
    "Blobs",
    "CandidateRow",
    "JobRow",
    "KeyRow",
    "SlateRow",
    "Store",
]
