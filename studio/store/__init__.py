"""The store: rows in SQLite or PostgreSQL, blobs by their digest."""

from studio.store.blobs import Blobs
from studio.store.rows import AdapterRow, CandidateRow, JobRow, SlateRow
from studio.store.store import Store

__all__ = ["AdapterRow", "Blobs", "CandidateRow", "JobRow", "SlateRow", "Store"]
