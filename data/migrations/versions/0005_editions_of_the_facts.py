"""Facts in another engine: when each month's version was published there, which tells a rebuilt engine

Revision: 0005; after 0004
"""
import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('facts_month', sa.Column('published', sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column('facts_month', 'published')
