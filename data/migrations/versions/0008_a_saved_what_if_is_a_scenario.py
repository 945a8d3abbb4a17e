"""A saved what-if is a scenario, in the code and in the database

Revision: 0008; after 0007
"""
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table('simulation', 'scenario')


def downgrade() -> None:
    op.rename_table('scenario', 'simulation')
