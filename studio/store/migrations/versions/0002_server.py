"""The queue as the server needs it, API keys, the audit log.

No version before this one wrote a job, so ``jobs`` is made anew rather than altered.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
    op.drop_table("jobs")
    _jobs()
    _server()


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("row_id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("job_id", _NAME, nullable=False),
        sa.Column("user", _NAME, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Double(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("updated", sa.Double(), nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("task", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("error_type", sa.Text(), nullable=False),
        sa.Column("key", _NAME, nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.user"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("row_id"),
        sa.UniqueConstraint("job_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("jobs_state", "jobs", ["state", "user"])
    op.create_index("jobs_user_date", "jobs", ["user", "created", "row_id"])
    op.create_index("jobs_user_key", "jobs", ["user", "key"], unique=True)
    op.create_index("jobs_user_started", "jobs", ["user", "started"])
    op.create_table(
        "job_blobs",
        sa.Column("job_id", _NAME, nullable=False),
        sa.Column("blob", _NAME, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "blob"),
    )
    op.create_index("job_blobs_blob", "job_blobs", ["blob"])


def _server() -> None:
    op.create_table(
        "settings",
        sa.Column("name", _NAME, nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "replies",
        sa.Column("user", _NAME, nullable=False),
        sa.Column("key", _NAME, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.user"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", "key"),
    )
    op.create_table(
        "api_keys",
        sa.Column("key_id", _NAME, nullable=False),
        sa.Column("digest", _NAME, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("used", sa.Double(), nullable=False),
        sa.Column("revoked", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key_id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "api_key_users",
        sa.Column("key_id", _NAME, nullable=False),
        sa.Column("user", _NAME, nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.key_id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user"], ["users.user"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key_id", "user"),
    )
    op.create_index("api_key_users_user", "api_key_users", ["user"])
    op.create_table(
        "audit",
        sa.Column("row_id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("timestamp", sa.Double(), nullable=False),
        sa.Column("actor", _NAME, nullable=False),
        sa.Column("user", _NAME, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_date", "audit", ["timestamp"])
    op.create_index("audit_user", "audit", ["user"])


def downgrade() -> None:
    """Back to the first tables; queued work, keys and the log are lost."""
    for table in ("audit", "api_key_users", "api_keys", "replies", "settings", "job_blobs", "jobs"):
        op.drop_table(table)
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
