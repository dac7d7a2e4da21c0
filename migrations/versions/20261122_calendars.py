"""calendars: departures, former addresses, polls, marked days

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('zone_state',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk__zone_state'))
    )
    op.create_table('departure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('city_slug', sa.String(length=60), nullable=True),
    sa.Column('series_slug', sa.String(length=60), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('is_online', sa.Boolean(), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk__departure__campaign_id__campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__departure'))
    )
    with op.batch_alter_table('departure', schema=None) as batch_op:
        batch_op.create_index('ix__departure__campaign_id_country', ['campaign_id', 'country'], unique=False)

    op.create_table('feed_poll',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('feed', sa.String(length=250), nullable=False),
    sa.Column('client', sa.String(length=20), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('count > 0', name=op.f('ck__feed_poll__count_positive')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk__feed_poll__campaign_id__campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('campaign_id', 'day', 'feed', 'client', 'status', name=op.f('pk__feed_poll'))
    )
    op.create_table('former_campaign_slug',
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk__former_campaign_slug__campaign_id__campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('slug', name=op.f('pk__former_campaign_slug'))
    )
    with op.batch_alter_table('former_campaign_slug', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__former_campaign_slug__campaign_id'), ['campaign_id'], unique=False)

    op.create_table('day_entry',
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_with', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk__day_entry__edition_id__edition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('edition_id', 'language', name=op.f('pk__day_entry'))
    )
    op.create_table('former_series_slug',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk__former_series_slug__campaign_id__campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk__former_series_slug__series_id__series'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('campaign_id', 'slug', name=op.f('pk__former_series_slug'))
    )
    with op.batch_alter_table('former_series_slug', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__former_series_slug__series_id'), ['series_id'], unique=False)

    _fill('campaign', sa.Column('marks_day', sa.Boolean()), 'false')
    _fill('campaign', sa.Column('head_changed_at', sa.DateTime(timezone=True)), 'changed_at')
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.add_column(sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shown_changed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('uid', sa.String(length=191), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq__edition__uid'), ['uid'])

    # The worker makes entries anew that were made with something else.
    _fill('entry', sa.Column('made_with', sa.String(length=40)), "''")
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.alter_column('rendered_at', new_column_name='changed_at')
        batch_op.create_index(batch_op.f('ix__entry__made_with'), ['made_with'], unique=False)

    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.add_column(sa.Column('calendar_hash', sa.LargeBinary(length=32), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq__registration__calendar_hash'), ['calendar_hash'])



def _fill(table: str, column: sa.Column, value: str) -> None:
    """Add a column that every row has, with a value for the rows that are there."""
    column.nullable = True
    op.add_column(table, column)
    op.execute(f'UPDATE {table} SET {column.name} = {value}')
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.alter_column(column.name, existing_type=column.type, nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq__registration__calendar_hash'), type_='unique')
        batch_op.drop_column('calendar_hash')

    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__entry__made_with'))
        batch_op.drop_column('made_with')
        batch_op.alter_column('changed_at', new_column_name='rendered_at')

    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq__edition__uid'), type_='unique')
        batch_op.drop_column('uid')
        batch_op.drop_column('shown_changed_at')

    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.drop_column('withdrawn_at')
        batch_op.drop_column('head_changed_at')
        batch_op.drop_column('marks_day')

    with op.batch_alter_table('former_series_slug', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__former_series_slug__series_id'))

    op.drop_table('former_series_slug')
    op.drop_table('day_entry')
    with op.batch_alter_table('former_campaign_slug', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__former_campaign_slug__campaign_id'))

    op.drop_table('former_campaign_slug')
    op.drop_table('feed_poll')
    with op.batch_alter_table('departure', schema=None) as batch_op:
        batch_op.drop_index('ix__departure__campaign_id_country')

    op.drop_table('departure')
    op.drop_table('zone_state')
