"""Accounts: how much of the worker's time a person has had, written on their jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("charged_from", "charged_to")


def upgrade() -> None:
    """To this revision; jobs from before count as having taken no time."""
    for name in COLUMNS:
        op.add_column("jobs", sa.Column(name, sa.Double(), nullable=False, server_default="0"))
    op.create_index("jobs_user_charged", "jobs", ["user", "charged_to"])
    op.create_index("jobs_charged", "jobs", ["charged_from"])


def downgrade() -> None:
    """Back to turns without regard to time."""
    op.drop_index("jobs_charged", "jobs")
    op.drop_index("jobs_user_charged", "jobs")
    for name in COLUMNS:
        op.drop_column("jobs", name)
