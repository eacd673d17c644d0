"""Tables: every row of the home, as SQLAlchemy sees it.

Pictures and arrays are blobs; a row holds their sha256. ``row_id`` counts up and is never used
twice, so it orders rows of one timestamp and tells whether a set has changed. A catalogue item
has no owner (NULL). All that belongs to a person hangs on ``users`` and goes with it (CASCADE).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

REVISION_TABLE = "bespoke_revision"
HEAD = "0004"
"""Newest migration; a test holds it to what ``migrations/versions`` says."""

metadata = MetaData()

# Ids are ordered by bytes in both databases; PostgreSQL would otherwise use the server's locale.
_NAME = Text().with_variant(Text(collation="C"), "postgresql")
_COUNTER = BigInteger().with_variant(Integer(), "sqlite")


def _row_id() -> Column[int]:
    return Column("row_id", _COUNTER, primary_key=True, autoincrement=True)


def _user() -> Column[str]:
    return Column("user", _NAME, ForeignKey("users.user", ondelete="CASCADE"), nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _name(name: str) -> Column[str]:
    return Column(name, _NAME, nullable=False)


def _number(name: str) -> Column[float]:
    return Column(name, Double, nullable=False)


def _whole(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _json(name: str) -> Column[Any]:
    # JSON, not JSONB: documents keep the order of their keys.
    return Column(name, JSON, nullable=False)


users = Table(
    "users",
    metadata,
    Column("user", _NAME, primary_key=True),
    _number("created"),
)

items = Table(
    "items",
    metadata,
    _row_id(),
    _name("item_id"),
    Column("owner", _NAME, ForeignKey("users.user", ondelete="CASCADE")),
    _name("blob"),
    _text("caption"),
    _json("tags"),
    _text("style"),
    _text("license"),
    _text("kind"),
    _text("source"),
    _whole("width"),
    _whole("height"),
    UniqueConstraint("item_id"),
    Index("items_owner_item", "owner", "item_id"),
    Index("items_owner_row", "owner", "row_id"),
    Index("items_blob", "blob"),
    sqlite_autoincrement=True,
)

interactions = Table(
    "interactions",
    metadata,
    _row_id(),
    _user(),
    Column("item_id", _NAME, ForeignKey("items.item_id", ondelete="CASCADE"), nullable=False),
    _text("event"),
    _number("timestamp"),
    _text("note"),
    Index("interactions_user_date", "user", "timestamp", "row_id"),
    Index("interactions_item", "item_id"),
    sqlite_autoincrement=True,
)

edits = Table(
    "edits",
    metadata,
    _row_id(),
    _user(),
    _text("concept"),
    _number("weight"),
    _text("source"),
    _text("words"),
    _text("turn"),
    Index("edits_user", "user", "row_id"),
    sqlite_autoincrement=True,
)

slates = Table(
    "slates",
    metadata,
    _row_id(),
    _name("slate_id"),
    _user(),
    _number("created"),
    _json("request"),
    _name("guidance"),
    _json("document"),
    UniqueConstraint("slate_id"),
    Index("slates_user_date", "user", "created", "slate_id"),
    Index("slates_guidance", "guidance"),
    sqlite_autoincrement=True,
)


def _slate_id() -> Column[str]:
    key = ForeignKey("slates.slate_id", ondelete="CASCADE")
    return Column("slate_id", _NAME, key, primary_key=True)


candidates = Table(
    "candidates",
    metadata,
    _slate_id(),
    Column("candidate_id", _NAME, primary_key=True),
    _user(),
    _whole("position"),
    _text("route"),
    _whole("rank"),
    _whole("seed"),
    _name("blob"),
    _text("source_item"),
    _number("score"),
    _number("propensity"),
    _json("provenance"),
    _json("fidelity"),
    Index("candidates_user_candidate", "user", "candidate_id"),
    Index("candidates_blob", "blob"),
)

slate_blobs = Table(
    "slate_blobs",
    metadata,
    _slate_id(),
    Column("blob", _NAME, primary_key=True),
    Index("slate_blobs_blob", "blob"),
)

feedback = Table(
    "feedback",
    metadata,
    _row_id(),
    _user(),
    _text("verb"),
    _text("subject"),
    _text("over"),
    _text("slate_id"),
    _text("words"),
    _number("timestamp"),
    Index("feedback_user_date", "user", "timestamp", "row_id"),
    sqlite_autoincrement=True,
)

adapters = Table(
    "adapters",
    metadata,
    Column("user", _NAME, ForeignKey("users.user", ondelete="CASCADE"), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    _text("method"),
    _name("digest"),
    _text("revision"),
    _number("created"),
    _json("provenance"),
    Column("active", Boolean, nullable=False),
    Index("adapters_digest", "digest"),
)

jobs = Table(
    "jobs",
    metadata,
    _row_id(),
    _name("job_id"),
    _user(),
    _text("kind"),
    _text("state"),
    _text("wanted"),
    _whole("priority"),
    _number("place"),
    _number("created"),
    _number("updated"),
    _number("started"),
    _number("ended"),
    _whole("attempts"),
    Column("charged_from", Double, nullable=False, server_default="0"),
    Column("charged_to", Double, nullable=False, server_default="0"),
    _text("stage"),
    _whole("done"),
    _whole("total"),
    _json("task"),
    _json("result"),
    _text("error"),
    _text("error_type"),
    Column("key", _NAME),
    _text("digest"),
    UniqueConstraint("job_id"),
    Index("jobs_user_date", "user", "created", "row_id"),
    Index("jobs_user_started", "user", "started"),
    Index("jobs_user_charged", "user", "charged_to"),
    Index("jobs_charged", "charged_from"),
    Index("jobs_user_key", "user", "key", unique=True),
    Index("jobs_state", "state", "user"),
    sqlite_autoincrement=True,
)

job_blobs = Table(
    "job_blobs",
    metadata,
    Column("job_id", _NAME, ForeignKey("jobs.job_id", ondelete="CASCADE"), primary_key=True),
    Column("blob", _NAME, primary_key=True),
    Index("job_blobs_blob", "blob"),
)

settings = Table(
    "settings",
    metadata,
    Column("name", _NAME, primary_key=True),
    _json("value"),
)

replies = Table(
    "replies",
    metadata,
    Column("user", _NAME, ForeignKey("users.user", ondelete="CASCADE"), primary_key=True),
    Column("key", _NAME, primary_key=True),
    _text("digest"),
    _number("created"),
    _json("document"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", _NAME, primary_key=True),
    _name("digest"),
    _text("label"),
    Column("everybody", Boolean, nullable=False),
    _number("created"),
    _number("used"),
    _number("revoked"),
    UniqueConstraint("digest"),
)

api_key_users = Table(
    "api_key_users",
    metadata,
    Column("key_id", _NAME, ForeignKey("api_keys.key_id", ondelete="CASCADE"), primary_key=True),
    Column("user", _NAME, ForeignKey("users.user", ondelete="CASCADE"), primary_key=True),
    Index("api_key_users_user", "user"),
)

audit = Table(
    "audit",
    metadata,
    _row_id(),
    _number("timestamp"),
    _name("actor"),
    # No foreign key: refused acts name people who are not there.
    _name("user"),
    _text("action"),
    _text("subject"),
    _whole("status"),
    _text("address"),
    Index("audit_date", "timestamp"),
    Index("audit_user", "user"),
    sqlite_autoincrement=True,
)

boards = Table(
    "boards",
    metadata,
    Column("board_id", _NAME, primary_key=True),
    _user(),
    _text("name"),
    _number("created"),
    Index("boards_user", "user", "created"),
)

board_pieces = Table(
    "board_pieces",
    metadata,
    Column("board_id", _NAME, ForeignKey("boards.board_id", ondelete="CASCADE"), primary_key=True),
    Column("candidate_id", _NAME, primary_key=True),
    _number("added"),
)
