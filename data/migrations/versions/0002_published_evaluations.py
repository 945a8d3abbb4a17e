"""Published evaluations raise the data version; saved simulations

Revision: 0002; after 0001
"""
import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('data_version') as table:
        table.alter_column('batch_id', existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column('evaluation_id', sa.Integer(), nullable=True))
    with op.batch_alter_table('evaluation') as table:
        table.add_column(sa.Column('summary', sa.Text(), nullable=False, server_default='{}'))
    with op.batch_alter_table('evaluation') as table:
        table.alter_column('summary', existing_type=sa.Text(), server_default=None)
    op.create_table('simulation',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('policy', sa.Text(), nullable=False),
    sa.Column('saved_by', sa.Text(), nullable=False),
    sa.Column('saved_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )


def downgrade() -> None:
    op.drop_table('simulation')
    with op.batch_alter_table('evaluation') as table:
        table.drop_column('summary')
    with op.batch_alter_table('data_version') as table:
        table.drop_column('evaluation_id')
