"""The first tables

Revision: 0001; after 
"""
import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('batch',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('published_by', sa.Text(), nullable=False),
    sa.Column('published_at', sa.DateTime(), nullable=False),
    sa.Column('withdrawn_by', sa.Text(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('batch_confirmation',
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('batch_id', 'owner_id')
    )
    op.create_table('batch_sheet',
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('table_name', sa.String(length=32), nullable=False),
    sa.Column('sheet', sa.Text(), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('replaced', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('batch_id', 'table_name')
    )
    op.create_table('carrier',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('level', sa.Text(), nullable=True),
    sa.Column('town', sa.Text(), nullable=True),
    sa.Column('chain', sa.Text(), nullable=True),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('carrier_history',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('level', sa.Text(), nullable=True),
    sa.Column('town', sa.Text(), nullable=True),
    sa.Column('chain', sa.Text(), nullable=True),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'replaced_by')
    )
    op.create_table('chain_stage',
    sa.Column('chain', sa.Text(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('position', sa.Text(), nullable=False),
    sa.Column('next_stages', sa.Text(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('stage', 'chain')
    )
    op.create_table('chain_stage_history',
    sa.Column('chain', sa.Text(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('position', sa.Text(), nullable=False),
    sa.Column('next_stages', sa.Text(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('stage', 'chain', 'replaced_by')
    )
    op.create_table('cube',
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('town', sa.String(length=64), nullable=False),
    sa.Column('division', sa.String(length=2), nullable=False),
    sa.Column('chain', sa.String(length=64), nullable=False),
    sa.Column('stage', sa.String(length=128), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('max_span', sa.Integer(), nullable=False),
    sa.Column('output_fen', sa.BigInteger(), nullable=True),
    sa.Column('revenue_fen', sa.BigInteger(), nullable=True),
    sa.Column('value_added_fen', sa.BigInteger(), nullable=True),
    sa.Column('tax_fen', sa.BigInteger(), nullable=True),
    sa.Column('energy_tce', sa.Double(), nullable=True),
    sa.Column('power_wan_kwh', sa.Double(), nullable=True),
    sa.Column('green_investment_fen', sa.BigInteger(), nullable=True),
    sa.Column('rd_fen', sa.BigInteger(), nullable=True),
    sa.Column('staff_months', sa.Double(), nullable=True),
    sa.PrimaryKeyConstraint('month', 'town', 'division', 'chain', 'stage', 'role', 'kind')
    )
    op.create_table('data_version',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(length=8), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('number')
    )
    op.create_table('enterprise',
    sa.Column('credit_code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('town', sa.Text(), nullable=False),
    sa.Column('industry_code', sa.Text(), nullable=False),
    sa.Column('chain', sa.Text(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=True),
    sa.Column('role', sa.Text(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('land_mu', sa.Double(), nullable=False),
    sa.Column('park', sa.Text(), nullable=True),
    sa.Column('founded_on', sa.Date(), nullable=True),
    sa.Column('platform_member', sa.Boolean(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('credit_code')
    )
    op.create_table('enterprise_history',
    sa.Column('credit_code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('town', sa.Text(), nullable=False),
    sa.Column('industry_code', sa.Text(), nullable=False),
    sa.Column('chain', sa.Text(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=True),
    sa.Column('role', sa.Text(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('land_mu', sa.Double(), nullable=False),
    sa.Column('park', sa.Text(), nullable=True),
    sa.Column('founded_on', sa.Date(), nullable=True),
    sa.Column('platform_member', sa.Boolean(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('credit_code', 'replaced_by')
    )
    op.create_table('evaluation',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('policy', sa.Text(), nullable=False),
    sa.Column('policy_sha256', sa.String(length=64), nullable=False),
    sa.Column('data_version', sa.Integer(), nullable=False),
    sa.Column('published_by', sa.Text(), nullable=False),
    sa.Column('published_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('evaluation_grade',
    sa.Column('evaluation_id', sa.Integer(), nullable=False),
    sa.Column('credit_code', sa.String(length=18), nullable=False),
    sa.Column('evaluation_group', sa.Text(), nullable=False),
    sa.Column('base_score', sa.Double(), nullable=True),
    sa.Column('score', sa.Double(), nullable=True),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('grade', sa.String(length=8), nullable=True),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('evaluation_id', 'credit_code')
    )
    op.create_table('evaluation_input',
    sa.Column('credit_code', sa.Text(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('tax_fen', sa.BigInteger(), nullable=False),
    sa.Column('value_added_fen', sa.BigInteger(), nullable=True),
    sa.Column('energy_tce', sa.Double(), nullable=True),
    sa.Column('pollutant_t', sa.Double(), nullable=True),
    sa.Column('rd_fen', sa.BigInteger(), nullable=True),
    sa.Column('revenue_fen', sa.BigInteger(), nullable=True),
    sa.Column('staff', sa.Double(), nullable=True),
    sa.Column('land_mu', sa.Double(), nullable=False),
    sa.Column('power_wan_kwh', sa.Double(), nullable=True),
    sa.Column('bonus', sa.Double(), nullable=True),
    sa.Column('malus', sa.Double(), nullable=True),
    sa.Column('veto', sa.Text(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('year', 'credit_code')
    )
    op.create_table('evaluation_input_history',
    sa.Column('credit_code', sa.Text(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('tax_fen', sa.BigInteger(), nullable=False),
    sa.Column('value_added_fen', sa.BigInteger(), nullable=True),
    sa.Column('energy_tce', sa.Double(), nullable=True),
    sa.Column('pollutant_t', sa.Double(), nullable=True),
    sa.Column('rd_fen', sa.BigInteger(), nullable=True),
    sa.Column('revenue_fen', sa.BigInteger(), nullable=True),
    sa.Column('staff', sa.Double(), nullable=True),
    sa.Column('land_mu', sa.Double(), nullable=False),
    sa.Column('power_wan_kwh', sa.Double(), nullable=True),
    sa.Column('bonus', sa.Double(), nullable=True),
    sa.Column('malus', sa.Double(), nullable=True),
    sa.Column('veto', sa.Text(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('year', 'credit_code', 'replaced_by')
    )
    op.create_table('firm_presence',
    sa.Column('credit_code', sa.String(length=18), nullable=False),
    sa.Column('bits', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('credit_code')
    )
    op.create_table('monthly',
    sa.Column('credit_code', sa.Text(), nullable=False),
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('output_fen', sa.BigInteger(), nullable=True),
    sa.Column('revenue_fen', sa.BigInteger(), nullable=True),
    sa.Column('value_added_fen', sa.BigInteger(), nullable=True),
    sa.Column('tax_fen', sa.BigInteger(), nullable=True),
    sa.Column('energy_tce', sa.Double(), nullable=True),
    sa.Column('power_wan_kwh', sa.Double(), nullable=True),
    sa.Column('green_investment_fen', sa.BigInteger(), nullable=True),
    sa.Column('rd_fen', sa.BigInteger(), nullable=True),
    sa.Column('staff', sa.Double(), nullable=True),
    sa.Column('span', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('month', 'credit_code')
    )
    with op.batch_alter_table('monthly', schema=None) as batch_op:
        batch_op.create_index('monthly_by_enterprise', ['credit_code', 'month'], unique=False)

    op.create_table('monthly_history',
    sa.Column('credit_code', sa.Text(), nullable=False),
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('output_fen', sa.BigInteger(), nullable=True),
    sa.Column('revenue_fen', sa.BigInteger(), nullable=True),
    sa.Column('value_added_fen', sa.BigInteger(), nullable=True),
    sa.Column('tax_fen', sa.BigInteger(), nullable=True),
    sa.Column('energy_tce', sa.Double(), nullable=True),
    sa.Column('power_wan_kwh', sa.Double(), nullable=True),
    sa.Column('green_investment_fen', sa.BigInteger(), nullable=True),
    sa.Column('rd_fen', sa.BigInteger(), nullable=True),
    sa.Column('staff', sa.Double(), nullable=True),
    sa.Column('span', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('month', 'credit_code', 'replaced_by')
    )
    op.create_table('park',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('town', sa.Text(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('floor_wan_m2', sa.Double(), nullable=True),
    sa.Column('land_mu', sa.Double(), nullable=True),
    sa.Column('owners', sa.Double(), nullable=True),
    sa.Column('smallest_plot_mu', sa.Double(), nullable=True),
    sa.Column('occupancy_pct', sa.Double(), nullable=True),
    sa.Column('tenants', sa.Double(), nullable=True),
    sa.Column('tax_fen', sa.BigInteger(), nullable=True),
    sa.Column('mode', sa.Text(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('year', 'name')
    )
    op.create_table('park_history',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('town', sa.Text(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('floor_wan_m2', sa.Double(), nullable=True),
    sa.Column('land_mu', sa.Double(), nullable=True),
    sa.Column('owners', sa.Double(), nullable=True),
    sa.Column('smallest_plot_mu', sa.Double(), nullable=True),
    sa.Column('occupancy_pct', sa.Double(), nullable=True),
    sa.Column('tenants', sa.Double(), nullable=True),
    sa.Column('tax_fen', sa.BigInteger(), nullable=True),
    sa.Column('mode', sa.Text(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('year', 'name', 'replaced_by')
    )
    op.create_table('platform',
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('area', sa.Text(), nullable=False),
    sa.Column('members', sa.Double(), nullable=True),
    sa.Column('digitised', sa.Double(), nullable=True),
    sa.Column('capacity_offered_wan', sa.Double(), nullable=True),
    sa.Column('capacity_matched_wan', sa.Double(), nullable=True),
    sa.Column('orders', sa.Double(), nullable=True),
    sa.Column('order_fen', sa.BigInteger(), nullable=True),
    sa.Column('buyers', sa.Double(), nullable=True),
    sa.Column('new_tax_fen', sa.BigInteger(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('area', 'month')
    )
    op.create_table('platform_history',
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('area', sa.Text(), nullable=False),
    sa.Column('members', sa.Double(), nullable=True),
    sa.Column('digitised', sa.Double(), nullable=True),
    sa.Column('capacity_offered_wan', sa.Double(), nullable=True),
    sa.Column('capacity_matched_wan', sa.Double(), nullable=True),
    sa.Column('orders', sa.Double(), nullable=True),
    sa.Column('order_fen', sa.BigInteger(), nullable=True),
    sa.Column('buyers', sa.Double(), nullable=True),
    sa.Column('new_tax_fen', sa.BigInteger(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('area', 'month', 'replaced_by')
    )
    op.create_table('policy',
    sa.Column('chain', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=True),
    sa.Column('level', sa.Text(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('summary', sa.Text(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('title')
    )
    op.create_table('policy_history',
    sa.Column('chain', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=True),
    sa.Column('level', sa.Text(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('summary', sa.Text(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('title', 'replaced_by')
    )
    op.create_table('project',
    sa.Column('project_no', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('chain', sa.Text(), nullable=False),
    sa.Column('town', sa.Text(), nullable=False),
    sa.Column('investor', sa.Text(), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('completed_on', sa.Date(), nullable=True),
    sa.Column('in_production_on', sa.Date(), nullable=True),
    sa.Column('planned_fen', sa.BigInteger(), nullable=False),
    sa.Column('invested_fen', sa.BigInteger(), nullable=True),
    sa.Column('green', sa.Boolean(), nullable=True),
    sa.Column('field', sa.Text(), nullable=True),
    sa.Column('origin', sa.Text(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('project_no')
    )
    op.create_table('project_history',
    sa.Column('project_no', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('chain', sa.Text(), nullable=False),
    sa.Column('town', sa.Text(), nullable=False),
    sa.Column('investor', sa.Text(), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('completed_on', sa.Date(), nullable=True),
    sa.Column('in_production_on', sa.Date(), nullable=True),
    sa.Column('planned_fen', sa.BigInteger(), nullable=False),
    sa.Column('invested_fen', sa.BigInteger(), nullable=True),
    sa.Column('green', sa.Boolean(), nullable=True),
    sa.Column('field', sa.Text(), nullable=True),
    sa.Column('origin', sa.Text(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('project_no', 'replaced_by')
    )
    op.create_table('remediation',
    sa.Column('credit_code', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('listed_on', sa.Date(), nullable=True),
    sa.Column('completed_on', sa.Date(), nullable=True),
    sa.Column('released_land_mu', sa.Double(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'credit_code')
    )
    op.create_table('remediation_history',
    sa.Column('credit_code', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('listed_on', sa.Date(), nullable=True),
    sa.Column('completed_on', sa.Date(), nullable=True),
    sa.Column('released_land_mu', sa.Double(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'credit_code', 'replaced_by')
    )
    op.create_table('renewal',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('town', sa.Text(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('area_mu', sa.Double(), nullable=False),
    sa.Column('new_space_wan_m2', sa.Double(), nullable=True),
    sa.Column('expected_output_fen', sa.BigInteger(), nullable=True),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('completed_on', sa.Date(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('renewal_history',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('town', sa.Text(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('area_mu', sa.Double(), nullable=False),
    sa.Column('new_space_wan_m2', sa.Double(), nullable=True),
    sa.Column('expected_output_fen', sa.BigInteger(), nullable=True),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('completed_on', sa.Date(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'replaced_by')
    )
    op.create_table('talent',
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('headcount', sa.Double(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('category', 'year')
    )
    op.create_table('talent_history',
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('headcount', sa.Double(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('category', 'year', 'replaced_by')
    )
    op.create_table('target',
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('metric', sa.Text(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'metric', 'year')
    )
    op.create_table('target_history',
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('metric', sa.Text(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'metric', 'year', 'replaced_by')
    )


def downgrade() -> None:
    op.drop_table('target_history')
    op.drop_table('target')
    op.drop_table('talent_history')
    op.drop_table('talent')
    op.drop_table('renewal_history')
    op.drop_table('renewal')
    op.drop_table('remediation_history')
    op.drop_table('remediation')
    op.drop_table('project_history')
    op.drop_table('project')
    op.drop_table('policy_history')
    op.drop_table('policy')
    op.drop_table('platform_history')
    op.drop_table('platform')
    op.drop_table('park_history')
    op.drop_table('park')
    op.drop_table('monthly_history')
    with op.batch_alter_table('monthly', schema=None) as batch_op:
        batch_op.drop_index('monthly_by_enterprise')

    op.drop_table('monthly')
    op.drop_table('firm_presence')
    op.drop_table('evaluation_input_history')
    op.drop_table('evaluation_input')
    op.drop_table('evaluation_grade')
    op.drop_table('evaluation')
    op.drop_table('enterprise_history')
    op.drop_table('enterprise')
    op.drop_table('data_version')
    op.drop_table('cube')
    op.drop_table('chain_stage_history')
    op.drop_table('chain_stage')
    op.drop_table('carrier_history')
    op.drop_table('carrier')
    op.drop_table('batch_sheet')
    op.drop_table('batch_confirmation')
    op.drop_table('batch')
