"""Accounts that a provider vouches for: its name, and its name for them

Revision: 0011; after 0010
"""
import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('account', sa.Column('issuer', sa.String(length=255), nullable=True))
    op.add_column('account', sa.Column('subject', sa.String(length=255), nullable=True))
    op.create_index('account_by_subject', 'account', ['issuer', 'subject'], unique=True)


def downgrade() -> None:
    op.drop_index('account_by_subject', 'account')
    with op.batch_alter_table('account') as table:
        table.drop_column('subject')
        table.drop_column('issuer')
