"""the years: hosts, proposals, renewals, reports, tributes

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('host',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=False),
    sa.Column('email', sa.LargeBinary(), nullable=False),
    sa.Column('email_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('token', sa.LargeBinary(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('is_trusted', sa.Boolean(), nullable=False),
    sa.Column('wants_asking', sa.Boolean(), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('bounced_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk__host__campaign_id__campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__host')),
    sa.UniqueConstraint('campaign_id', 'email_hash', name=op.f('uq__host__campaign_id_email_hash')),
    sa.UniqueConstraint('token_hash', name=op.f('uq__host__token_hash'))
    )
    with op.batch_alter_table('host', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__host__email_hash'), ['email_hash'], unique=False)

    op.create_table('known_table',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('header_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk__known_table__campaign_id__campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('campaign_id', 'header_hash', name=op.f('pk__known_table'))
    )
    op.create_table('member_invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.LargeBinary(), nullable=False),
    sa.Column('email_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('countries', sa.JSON(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('invited_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('owner', 'editor', 'coordinator', 'door', 'viewer')", name=op.f('ck__member_invitation__role_known')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk__member_invitation__campaign_id__campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['invited_by_id'], ['user.id'], name=op.f('fk__member_invitation__invited_by_id__user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__member_invitation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq__member_invitation__token_hash'))
    )
    with op.batch_alter_table('member_invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__member_invitation__campaign_id'), ['campaign_id'], unique=False)

    op.create_table('tribute',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=24), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('search_text', sa.Text(), nullable=False),
    sa.Column('submission', sa.String(length=36), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_from', sa.String(length=24), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("status IN ('waiting', 'shown', 'declined')", name=op.f('ck__tribute__status_known')),
    sa.CheckConstraint("decided_from IN ('waiting', 'shown', 'declined')", name=op.f('ck__tribute__decided_from_known')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk__tribute__campaign_id__campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk__tribute__decided_by_id__user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__tribute')),
    sa.UniqueConstraint('submission', name=op.f('uq__tribute__submission')),
    sa.UniqueConstraint('token_hash', name=op.f('uq__tribute__token_hash'))
    )
    with op.batch_alter_table('tribute', schema=None) as batch_op:
        batch_op.create_index('ix__tribute__campaign_id_status_id', ['campaign_id', 'status', 'id'], unique=False)
        batch_op.create_index('ix__tribute__campaign_id_status_language_id', ['campaign_id', 'status', 'language', 'id'], unique=False)

    op.create_table('goal',
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('events', sa.Integer(), nullable=False),
    sa.CheckConstraint('events BETWEEN 1 AND 10000', name=op.f('ck__goal__events_range')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk__goal__edition_id__edition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('edition_id', 'country', name=op.f('pk__goal'))
    )
    op.create_table('roll_over',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('from_id', sa.Integer(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('events', sa.Integer(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['user.id'], name=op.f('fk__roll_over__actor_id__user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk__roll_over__edition_id__edition'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['from_id'], ['edition.id'], name=op.f('fk__roll_over__from_id__edition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__roll_over'))
    )
    with op.batch_alter_table('roll_over', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__roll_over__edition_id'), ['edition_id'], unique=False)

    op.create_table('proposal',
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('host_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('status', sa.String(length=24), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('note', sa.LargeBinary(), nullable=True),
    sa.Column('question', sa.Text(), nullable=True),
    sa.Column('submission', sa.String(length=36), nullable=True),
    sa.Column('claimed_by_id', sa.Integer(), nullable=True),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('new', 'change')", name=op.f('ck__proposal__kind_known')),
    sa.CheckConstraint("status IN ('unverified', 'waiting', 'asked-back', 'approved', 'declined', 'withdrawn')", name=op.f('ck__proposal__status_known')),
    sa.ForeignKeyConstraint(['claimed_by_id'], ['user.id'], name=op.f('fk__proposal__claimed_by_id__user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk__proposal__decided_by_id__user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk__proposal__edition_id__edition'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk__proposal__event_id__event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['host_id'], ['host.id'], name=op.f('fk__proposal__host_id__host'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__proposal')),
    sa.UniqueConstraint('submission', name=op.f('uq__proposal__submission'))
    )
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.create_index('ix__proposal__created_at', ['created_at'], unique=False, sqlite_where=sa.text("status IN ('declined', 'unverified', 'withdrawn')"), postgresql_where=sa.text("status IN ('declined', 'unverified', 'withdrawn')"))
        batch_op.create_index('ix__proposal__edition_id_country_id', ['edition_id', 'country', 'id'], unique=False, sqlite_where=sa.text("status IN ('asked-back', 'waiting')"), postgresql_where=sa.text("status IN ('asked-back', 'waiting')"))
        batch_op.create_index(batch_op.f('ix__proposal__event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix__proposal__host_id'), ['host_id'], unique=False)

    op.create_table('renewal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('host_id', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminders', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(length=24), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint("answer IN ('again', 'changed', 'not-this-year', 'handed-over')", name=op.f('ck__renewal__answer_known')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk__renewal__edition_id__edition'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk__renewal__event_id__event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['host_id'], ['host.id'], name=op.f('fk__renewal__host_id__host'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__renewal')),
    sa.UniqueConstraint('edition_id', 'event_id', 'host_id', name=op.f('uq__renewal__edition_id_event_id_host_id'))
    )
    with op.batch_alter_table('renewal', schema=None) as batch_op:
        batch_op.create_index('ix__renewal__due_at', ['due_at'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix__renewal__event_id'), ['event_id'], unique=False)
        batch_op.create_index('ix__renewal__host_id', ['host_id'], unique=False)

    op.create_table('report',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=24), nullable=False),
    sa.Column('came', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('question', sa.Text(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checked_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("status IN ('sent', 'returned', 'checked')", name=op.f('ck__report__status_known')),
    sa.CheckConstraint('came >= 0', name=op.f('ck__report__came_not_negative')),
    sa.ForeignKeyConstraint(['checked_by_id'], ['user.id'], name=op.f('fk__report__checked_by_id__user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk__report__event_id__event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__report')),
    sa.UniqueConstraint('event_id', name=op.f('uq__report__event_id'))
    )
    op.create_table('photo',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=32), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('caption', sa.String(length=250), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('is_left_out', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk__photo__report_id__report'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__photo')),
    sa.UniqueConstraint('name', name=op.f('uq__photo__name'))
    )
    with op.batch_alter_table('photo', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__photo__report_id'), ['report_id'], unique=False)

    op.create_table('api_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk__api_token__member_id__member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__api_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq__api_token__token_hash'))
    )
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__api_token__member_id'), ['member_id'], unique=False)

    for column in ('takes_proposals', 'takes_tributes', 'hides_tributes'):
        _fill('campaign', sa.Column(column, sa.Boolean()), 'false')
    for column in ('host_rules', 'event_title', 'event_description', 'safety_note'):
        _fill('campaign', sa.Column(column, sa.JSON()), "'{}'")

    _fill('edition', sa.Column('report_words', sa.JSON()), "'{}'")
    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.add_column(sa.Column('proposals_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('proposals_until', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('host_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('roll_over_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('import_source', sa.String(length=32), nullable=True))
        batch_op.create_index(batch_op.f('ix__event__host_id'), ['host_id'], unique=False)
        batch_op.create_index(batch_op.f('ix__event__roll_over_id'), ['roll_over_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk__event__host_id__host'), 'host', ['host_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk__event__roll_over_id__roll_over'), 'roll_over', ['roll_over_id'], ['id'], ondelete='SET NULL')

    op.create_index('ix__question__shown_if_id', 'question', ['shown_if_id'], unique=False)
    op.create_index('ix__chosen_option__question_id', 'chosen_option', ['question_id'], unique=False)

    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('host_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk__letter__host_id__host'), 'host', ['host_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('deputy_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('away_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('away_until', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix__member__deputy_id'), ['deputy_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk__member__deputy_id__member'), 'member', ['deputy_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('host_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix__message__host_id', ['host_id'], unique=False, sqlite_where=sa.text('host_id IS NOT NULL'), postgresql_where=sa.text('host_id IS NOT NULL'))
        batch_op.create_foreign_key(batch_op.f('fk__message__host_id__host'), 'host', ['host_id'], ['id'], ondelete='CASCADE')


def _fill(table: str, column: sa.Column, value: str) -> None:
    """Add a column that every row has, with a value for the rows that are there."""
    column.nullable = True
    op.add_column(table, column)
    op.execute(f'UPDATE {table} SET {column.name} = {value}')
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.alter_column(column.name, existing_type=column.type, nullable=False)


def downgrade() -> None:
    op.drop_index('ix__chosen_option__question_id', table_name='chosen_option')
    op.drop_index('ix__question__shown_if_id', table_name='question')

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk__message__host_id__host'), type_='foreignkey')
        batch_op.drop_index('ix__message__host_id', sqlite_where=sa.text('host_id IS NOT NULL'), postgresql_where=sa.text('host_id IS NOT NULL'))
        batch_op.drop_column('host_id')

    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk__letter__host_id__host'), type_='foreignkey')
        batch_op.drop_column('host_id')

    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk__member__deputy_id__member'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix__member__deputy_id'))
        batch_op.drop_column('away_until')
        batch_op.drop_column('away_from')
        batch_op.drop_column('deputy_id')

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk__event__roll_over_id__roll_over'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk__event__host_id__host'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix__event__roll_over_id'))
        batch_op.drop_index(batch_op.f('ix__event__host_id'))
        batch_op.drop_column('import_source')
        batch_op.drop_column('roll_over_id')
        batch_op.drop_column('host_id')

    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.drop_column('reported_at')
        batch_op.drop_column('report_words')
        batch_op.drop_column('proposals_until')
        batch_op.drop_column('proposals_from')

    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.drop_column('hides_tributes')
        batch_op.drop_column('takes_tributes')
        batch_op.drop_column('safety_note')
        batch_op.drop_column('event_description')
        batch_op.drop_column('event_title')
        batch_op.drop_column('host_rules')
        batch_op.drop_column('takes_proposals')

    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__api_token__member_id'))

    op.drop_table('api_token')
    with op.batch_alter_table('photo', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__photo__report_id'))

    op.drop_table('photo')
    op.drop_table('report')
    with op.batch_alter_table('renewal', schema=None) as batch_op:
        batch_op.drop_index('ix__renewal__host_id')
        batch_op.drop_index(batch_op.f('ix__renewal__event_id'))
        batch_op.drop_index('ix__renewal__due_at', sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))

    op.drop_table('renewal')
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__proposal__host_id'))
        batch_op.drop_index(batch_op.f('ix__proposal__event_id'))
        batch_op.drop_index('ix__proposal__edition_id_country_id', sqlite_where=sa.text("status IN ('asked-back', 'waiting')"), postgresql_where=sa.text("status IN ('asked-back', 'waiting')"))

    op.drop_table('proposal')
    with op.batch_alter_table('roll_over', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__roll_over__edition_id'))

    op.drop_table('roll_over')
    op.drop_table('goal')
    with op.batch_alter_table('tribute', schema=None) as batch_op:
        batch_op.drop_index('ix__tribute__campaign_id_status_language_id')
        batch_op.drop_index('ix__tribute__campaign_id_status_id')

    op.drop_table('tribute')
    with op.batch_alter_table('member_invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__member_invitation__campaign_id'))

    op.drop_table('member_invitation')
    op.drop_table('known_table')
    with op.batch_alter_table('host', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__host__email_hash'))

    op.drop_table('host')
