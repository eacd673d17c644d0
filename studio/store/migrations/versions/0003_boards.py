"""Boards: named piles of a person's pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "boards",
        sa.Column("board_id", _NAME, nullable=False),
        sa.Column("user", _NAME, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.user"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("board_id"),
    )
    op.create_index("boards_user", "boards", ["user", "created"])
    op.create_table(
        "board_pieces",
        sa.Column("board_id", _NAME, nullable=False),
        sa.Column("candidate_id", _NAME, nullable=False),
        sa.Column("added", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.board_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("board_id", "candidate_id"),
    )


def downgrade() -> None:
    """Back to a home without boards; the pictures stay."""
    op.drop_table("board_pieces")
    op.drop_table("boards")
