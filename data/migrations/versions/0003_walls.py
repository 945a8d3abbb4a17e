"""Wall screens: last seen, the remote's commands, tokens

Revision: 0003; after 0002
"""
import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('wall',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('revoked_at', sa.DateTime(), nullable=True),
    sa.Column('seen_at', sa.DateTime(), nullable=True),
    sa.Column('scene', sa.String(length=80), nullable=True),
    sa.Column('command', sa.Text(), nullable=True),
    sa.Column('command_number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_index('wall_by_token', 'wall', ['token_sha256'])


def downgrade() -> None:
    op.drop_index('wall_by_token', 'wall')
    op.drop_table('wall')
