"""Digests of the cube

Revision: 0007; after 0006
"""
import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('cube_digest',
    sa.Column('month', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('digest', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('month')
    )


def downgrade() -> None:
    op.drop_table('cube_digest')
