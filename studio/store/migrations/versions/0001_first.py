"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "users",
        sa.Column("user", _NAME, nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("user"),
    )
    op.create_table(
        "adapters",
        sa.Column("user", _NAME, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("digest", _NAME, nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.user"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", "version"),
    )
    op.create_index("adapters_digest", "adapters", ["digest"])
    op.create_table(
        "edits",
        sa.Column("row_id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("user", _NAME, nullable=False),
        sa.Column("concept", sa.Text(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("turn", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.user"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("row_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("edits_user", "edits", ["user", "row_id"])
    op.create_table(
        "feedback",
        sa.Column("row_id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("user", _NAME, nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("over", sa.Text(), nullable=False),
        sa.Column("slate_id", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("timestamp", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.user"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("row_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("feedback_user_date", "feedback", ["user", "timestamp", "row_id"])
    op.create_table(
        "items",
        sa.Column("row_id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("item_id", _NAME, nullable=False),
        sa.Column("owner", _NAME, nullable=True),
        sa.Column("blob", _NAME, nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("style", sa.Text(), nullable=False),
        sa.Column("license", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["users.user"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("row_id"),
        sa.UniqueConstraint("item_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("items_blob", "items", ["blob"])
    op.create_index("items_owner_item", "items", ["owner", "item_id"])
    op.create_index("items_owner_row", "items", ["owner", "row_id"])
    op.create_table(
        "jobs",
        sa.Column("row_id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("job_id", _NAME, nullable=False),
        sa.Column("user", _NAME, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("updated", sa.Double(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("task", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.user"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("row_id"),
        sa.UniqueConstraint("job_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("jobs_state", "jobs", ["state"])
    op.create_index("jobs_user_date", "jobs", ["user", "created", "row_id"])
    op.create_table(
        "slates",
        sa.Column("row_id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("slate_id", _NAME, nullable=False),
        sa.Column("user", _NAME, nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("guidance", _NAME, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.user"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("row_id"),
        sa.UniqueConstraint("slate_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("slates_guidance", "slates", ["guidance"])
    op.create_index("slates_user_date", "slates", ["user", "created", "slate_id"])
    op.create_table(
        "candidates",
        sa.Column("slate_id", _NAME, nullable=False),
        sa.Column("candidate_id", _NAME, nullable=False),
        sa.Column("user", _NAME, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("blob", _NAME, nullable=False),
        sa.Column("source_item", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("propensity", sa.Double(), nullable=False),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.Column("fidelity", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["slate_id"], ["slates.slate_id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user"], ["users.user"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("slate_id", "candidate_id"),
    )
    op.create_index("candidates_blob", "candidates", ["blob"])
    op.create_index("candidates_user_candidate", "candidates", ["user", "candidate_id"])
    op.create_table(
        "interactions",
        sa.Column("row_id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("user", _NAME, nullable=False),
        sa.Column("item_id", _NAME, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("timestamp", sa.Double(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.item_id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user"], ["users.user"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("row_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("interactions_item", "interactions", ["item_id"])
    op.create_index("interactions_user_date", "interactions", ["user", "timestamp", "row_id"])
    op.create_table(
        "slate_blobs",
        sa.Column("slate_id", _NAME, nullable=False),
        sa.Column("blob", _NAME, nullable=False),
        sa.ForeignKeyConstraint(["slate_id"], ["slates.slate_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("slate_id", "blob"),
    )
    op.create_index("slate_blobs_blob", "slate_blobs", ["blob"])


def downgrade() -> None:
    """Back to an empty database."""
    op.drop_table("slate_blobs")
    op.drop_table("interactions")
    op.drop_table("candidates")
    op.drop_table("slates")
    op.drop_table("jobs")
    op.drop_table("items")
    op.drop_table("feedback")
    op.drop_table("edits")
    op.drop_table("adapters")
    op.drop_table("users")
