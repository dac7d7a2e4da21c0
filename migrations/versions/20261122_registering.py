"""registering: queue, invitations, doors, limits, what is forgotten

Revision ID: 0003
Revises: 0002
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hits',
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk__hits'))
    )
    with op.batch_alter_table('hits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__hits__expires_at'), ['expires_at'], unique=False)

    op.create_table('purge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('registrations', sa.Integer(), nullable=False),
    sa.Column('messages', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk__purge__campaign_id__campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__purge')),
    sa.UniqueConstraint('campaign_id', 'at', name=op.f('uq__purge__campaign_id_at'))
    )
    op.create_table('spent_challenge',
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk__spent_challenge'))
    )
    with op.batch_alter_table('spent_challenge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__spent_challenge__expires_at'), ['expires_at'], unique=False)

    op.create_table('mail_text',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk__mail_text__campaign_id__campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('campaign_id', 'kind', 'language', name=op.f('pk__mail_text'))
    )
    op.create_table('question_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('label', sa.JSON(), nullable=False),
    sa.Column('help', sa.JSON(), nullable=False),
    sa.Column('is_required', sa.Boolean(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('low', sa.Integer(), nullable=True),
    sa.Column('high', sa.Integer(), nullable=True),
    sa.Column('is_sensitive', sa.Boolean(), nullable=False),
    sa.CheckConstraint("kind IN ('text', 'long-text', 'number', 'one-choice', 'several-choices', 'yes-no', 'date', 'email', 'phone', 'country', 'consent', 'party-size')", name=op.f('ck__question_template__kind_known')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk__question_template__campaign_id__campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__question_template'))
    )
    with op.batch_alter_table('question_template', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__question_template__campaign_id'), ['campaign_id'], unique=False)

    op.create_table('door_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('token', sa.LargeBinary(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('pin_hash', sa.String(length=255), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk__door_link__event_id__event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__door_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq__door_link__token_hash'))
    )
    with op.batch_alter_table('door_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__door_link__event_id'), ['event_id'], unique=False)

    op.create_table('erasure',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('email_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk__erasure__event_id__event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', 'email_hash', name=op.f('pk__erasure'))
    )
    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=120), nullable=False),
    sa.Column('token', sa.LargeBinary(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('quota', sa.Integer(), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('used >= 0 AND used <= quota', name=op.f('ck__invitation__never_overused')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk__invitation__event_id__event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__invitation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq__invitation__token_hash'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__invitation__event_id'), ['event_id'], unique=False)

    op.create_table('option_limit',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('option', sa.Integer(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('seats_taken', sa.Integer(), nullable=False),
    sa.CheckConstraint('seats > 0', name=op.f('ck__option_limit__seats_positive')),
    sa.CheckConstraint('seats_taken >= 0 AND seats_taken <= seats', name=op.f('ck__option_limit__never_oversold')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk__option_limit__question_id__question'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('question_id', 'option', name=op.f('pk__option_limit'))
    )
    op.create_table('chosen_option',
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('option', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk__chosen_option__question_id__question'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk__chosen_option__registration_id__registration'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('registration_id', 'question_id', 'option', name=op.f('pk__chosen_option'))
    )
    op.create_table('scan',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('undoes_id', sa.String(length=36), nullable=True),
    sa.Column('door', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk__scan__registration_id__registration'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['undoes_id'], ['scan.id'], name=op.f('fk__scan__undoes_id__scan'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__scan')),
    sa.UniqueConstraint('undoes_id', name=op.f('uq__scan__undoes_id'))
    )
    with op.batch_alter_table('scan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__scan__registration_id'), ['registration_id'], unique=False)
        batch_op.create_index(batch_op.f('ix__scan__stored_at'), ['stored_at'], unique=False)

    op.create_table('registration_tag',
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('tag', sa.String(length=40), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk__registration_tag__event_id__event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk__registration_tag__registration_id__registration'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('registration_id', 'tag', name=op.f('pk__registration_tag'))
    )
    with op.batch_alter_table('registration_tag', schema=None) as batch_op:
        batch_op.create_index('ix__registration_tag__event_id_tag_registration_id', ['event_id', 'tag', 'registration_id'], unique=False)

    op.create_table('undo',
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(length=20), nullable=False),
    sa.Column('tags', sa.JSON(), nullable=False),
    sa.Column('note', sa.LargeBinary(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk__undo__registration_id__registration'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk__undo__user_id__user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('registration_id', name=op.f('pk__undo'))
    )
    with op.batch_alter_table('undo', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__undo__user_id'), ['user_id'], unique=False)

    op.create_table('letter',
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('audience', sa.String(length=24), nullable=False),
    sa.Column('subject', sa.JSON(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('ignores_daily_limit', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_registration_id', sa.Integer(), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("audience IN ('confirmed', 'waiting', 'all')", name=op.f('ck__letter__audience_known')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk__letter__edition_id__edition'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk__letter__event_id__event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__letter'))
    )
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__letter__edition_id'), ['edition_id'], unique=False)
        batch_op.create_index(batch_op.f('ix__letter__event_id'), ['event_id'], unique=False)
        batch_op.create_index('ix__letter__sent_at', ['sent_at'], unique=False, sqlite_where=sa.text('sent_at IS NOT NULL AND queued_at IS NULL'), postgresql_where=sa.text('sent_at IS NOT NULL AND queued_at IS NULL'))

    _fill('campaign', sa.Column('kept_days', sa.Integer()), "30")
    _fill('campaign', sa.Column('has_discreet_subjects', sa.Boolean()), "false")
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.add_column(sa.Column('attack_mode_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck__campaign__kept_days_range'), 'kept_days BETWEEN 1 AND 365')

    _fill('consent_text', sa.Column('kept_days', sa.Integer()), "30")

    _fill('event', sa.Column('has_waiting_list', sa.Boolean()), "true")
    _fill('event', sa.Column('requires_approval', sa.Boolean()), "false")
    _fill('event', sa.Column('attended', sa.Integer()), "0")
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('opens_before', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('closes_before', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('reminds_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix__event__edition_id_city_slug', ['edition_id', 'city_slug'], unique=False)
        batch_op.create_index('ix__event__reminds_at', ['reminds_at'], unique=False, sqlite_where=sa.text('reminds_at IS NOT NULL'), postgresql_where=sa.text('reminds_at IS NOT NULL'))
    # The worker looks at each event to come at once, and notes when its people are to be reminded.
    op.execute("UPDATE event SET reminds_at = CURRENT_TIMESTAMP WHERE starts_at > CURRENT_TIMESTAMP")

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('recipient_hash', sa.LargeBinary(length=32), nullable=True))
        batch_op.add_column(sa.Column('letter_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix__message__letter', ['letter_id', 'recipient_hash'], unique=False, sqlite_where=sa.text('letter_id IS NOT NULL'), postgresql_where=sa.text('letter_id IS NOT NULL'))
        batch_op.drop_constraint(batch_op.f('uq__message__message_id'), type_='unique')
        batch_op.create_foreign_key(batch_op.f('fk__message__letter_id__letter'), 'letter', ['letter_id'], ['id'], ondelete='CASCADE')
        batch_op.add_column(sa.Column('forgotten_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix__message__created_at', ['created_at'], unique=False, sqlite_where=sa.text('forgotten_at IS NULL'), postgresql_where=sa.text('forgotten_at IS NULL'))
        batch_op.drop_index('ix__message__due_at', sqlite_where=sa.text("status IN ('queued', 'sending')"), postgresql_where=sa.text("status IN ('queued', 'sending')"))
        batch_op.create_index('ix__message__due_at_id', ['due_at', 'id'], unique=False, sqlite_where=sa.text("status IN ('queued', 'sending')"), postgresql_where=sa.text("status IN ('queued', 'sending')"))

    _fill('question', sa.Column('section', sa.JSON()), "'{}'")
    _fill('question', sa.Column('shown_if_options', sa.JSON()), "'[]'")
    _fill('question', sa.Column('is_sensitive', sa.Boolean()), "false")
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.add_column(sa.Column('low', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('high', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('shown_if_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f('ck__question__kind_known'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck__question__kind_known'), "kind IN ('text', 'long-text', 'number', 'one-choice', 'several-choices', 'yes-no', 'date', 'email', 'phone', 'country', 'consent', 'party-size')")
        batch_op.drop_constraint(batch_op.f('uq__question__event_id_position'), type_='unique')
        batch_op.create_index('uq__question__event_id_position', ['event_id', 'position'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
        batch_op.create_index(batch_op.f('ix__question__event_id'), ['event_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk__question__shown_if_id__question'), 'question', ['shown_if_id'], ['id'], ondelete='SET NULL')

    _fill('registration', sa.Column('attended_size', sa.Integer()), "0")
    _fill('registration', sa.Column('wants_reminders', sa.Boolean()), "true")
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.add_column(sa.Column('address_confirmed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('queued_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('quarantined_from', sa.Enum('pending', 'confirmed', 'waiting', 'offered', 'cancelled', 'attended', 'expired', name='status', native_enum=False, length=24), nullable=True))
        batch_op.add_column(sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('attended_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('code', sa.String(length=9), nullable=True))
        batch_op.add_column(sa.Column('invitation_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('note', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('bounced_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix__registration__event_id_queued_at', ['event_id', 'queued_at'], unique=False, sqlite_where=sa.text('queued_at IS NOT NULL'), postgresql_where=sa.text('queued_at IS NOT NULL'))
        batch_op.drop_index('ix__registration__event_id_status')
        batch_op.create_index(batch_op.f('ix__registration__created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix__registration__quarantined', ['event_id'], unique=False, sqlite_where=sa.text('quarantined_from IS NOT NULL'), postgresql_where=sa.text('quarantined_from IS NOT NULL'))
        batch_op.create_check_constraint(batch_op.f('ck__registration__quarantined_from_known'), "quarantined_from IN ('pending', 'confirmed', 'waiting', 'offered', 'cancelled', 'attended', 'expired')")
        batch_op.create_index('ix__registration__event_id_id', ['event_id', 'id'], unique=False)
        batch_op.create_index('ix__registration__ended', ['id'], unique=False, sqlite_where=sa.text("status IN ('cancelled', 'expired')"), postgresql_where=sa.text("status IN ('cancelled', 'expired')"))
        batch_op.create_index('ix__registration__event_id_status_id', ['event_id', 'status', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix__registration__invitation_id'), ['invitation_id'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq__registration__event_id_code'), ['event_id', 'code'])
        batch_op.create_foreign_key(batch_op.f('fk__registration__invitation_id__invitation'), 'invitation', ['invitation_id'], ['id'], ondelete='SET NULL')
    op.execute('UPDATE registration SET address_confirmed_at = confirmed_at')
    _give_codes()


def _give_codes() -> None:
    """Give those who registered before the letters of their ticket, by which organizers' pages name them, too."""
    connection = op.get_bind()
    letters = 'ACDEFGHJKLMNPQRTUVWXY34679'
    for number in connection.execute(sa.text('SELECT id FROM registration')).scalars().all():
        code = ''.join(secrets.choice(letters) for _number in range(8))
        connection.execute(
            sa.text('UPDATE registration SET code = :code WHERE id = :id'),
            {'code': f'{code[:4]}-{code[4:]}', 'id': number},
        )


def _fill(table: str, column: sa.Column, value: str) -> None:
    """Add a column that every row has, with a value for the rows that are there."""
    column.nullable = True
    op.add_column(table, column)
    op.execute(f'UPDATE {table} SET {column.name} = {value}')
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.alter_column(column.name, existing_type=column.type, nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk__registration__invitation_id__invitation'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq__registration__event_id_code'), type_='unique')
        batch_op.drop_index(batch_op.f('ix__registration__invitation_id'))
        batch_op.drop_constraint(batch_op.f('ck__registration__quarantined_from_known'), type_='check')
        batch_op.drop_index('ix__registration__quarantined', sqlite_where=sa.text('quarantined_from IS NOT NULL'), postgresql_where=sa.text('quarantined_from IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix__registration__created_at'))
        batch_op.drop_index('ix__registration__ended', sqlite_where=sa.text("status IN ('cancelled', 'expired')"), postgresql_where=sa.text("status IN ('cancelled', 'expired')"))
        batch_op.drop_index('ix__registration__event_id_status_id')
        batch_op.drop_index('ix__registration__event_id_id')
        batch_op.create_index('ix__registration__event_id_status', ['event_id', 'status'], unique=False)
        batch_op.drop_index('ix__registration__event_id_queued_at')
        batch_op.drop_column('bounced_at')
        batch_op.drop_column('wants_reminders')
        batch_op.drop_column('note')
        batch_op.drop_column('invitation_id')
        batch_op.drop_column('code')
        batch_op.drop_column('attended_size')
        batch_op.drop_column('attended_at')
        batch_op.drop_column('approved_at')
        batch_op.drop_column('quarantined_from')
        batch_op.drop_column('queued_at')
        batch_op.drop_column('address_confirmed_at')

    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk__question__shown_if_id__question'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('ck__question__kind_known'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck__question__kind_known'), "kind IN ('text', 'long-text', 'number', 'one-choice', 'several-choices', 'yes-no')")
        batch_op.drop_index(batch_op.f('ix__question__event_id'))
        batch_op.drop_index('uq__question__event_id_position', sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq__question__event_id_position'), ['event_id', 'position'])
        batch_op.drop_column('retired_at')
        batch_op.drop_column('is_sensitive')
        batch_op.drop_column('shown_if_options')
        batch_op.drop_column('shown_if_id')
        batch_op.drop_column('high')
        batch_op.drop_column('low')
        batch_op.drop_column('section')

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk__message__letter_id__letter'), type_='foreignkey')
        batch_op.drop_index('ix__message__letter', sqlite_where=sa.text('letter_id IS NOT NULL'), postgresql_where=sa.text('letter_id IS NOT NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq__message__message_id'), ['message_id'])
        batch_op.drop_column('letter_id')
        batch_op.drop_column('recipient_hash')
        batch_op.drop_index('ix__message__created_at', sqlite_where=sa.text('forgotten_at IS NULL'), postgresql_where=sa.text('forgotten_at IS NULL'))
        batch_op.drop_column('forgotten_at')
        batch_op.drop_index('ix__message__due_at_id', sqlite_where=sa.text("status IN ('queued', 'sending')"), postgresql_where=sa.text("status IN ('queued', 'sending')"))
        batch_op.create_index('ix__message__due_at', ['due_at'], unique=False, sqlite_where=sa.text("status IN ('queued', 'sending')"), postgresql_where=sa.text("status IN ('queued', 'sending')"))

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index('ix__event__reminds_at', sqlite_where=sa.text('reminds_at IS NOT NULL'), postgresql_where=sa.text('reminds_at IS NOT NULL'))
        batch_op.drop_index('ix__event__edition_id_city_slug')
        batch_op.drop_column('reminds_at')
        batch_op.drop_column('attended')
        batch_op.drop_column('closes_before')
        batch_op.drop_column('opens_before')
        batch_op.drop_column('requires_approval')
        batch_op.drop_column('has_waiting_list')

    with op.batch_alter_table('consent_text', schema=None) as batch_op:
        batch_op.drop_column('kept_days')

    op.drop_table('letter')
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck__campaign__kept_days_range'), type_='check')
        batch_op.drop_column('has_discreet_subjects')
        batch_op.drop_column('kept_days')
        batch_op.drop_column('attack_mode_at')

    with op.batch_alter_table('scan', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__scan__stored_at'))
        batch_op.drop_index(batch_op.f('ix__scan__registration_id'))

    with op.batch_alter_table('undo', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__undo__user_id'))

    op.drop_table('undo')
    with op.batch_alter_table('registration_tag', schema=None) as batch_op:
        batch_op.drop_index('ix__registration_tag__event_id_tag_registration_id')

    op.drop_table('registration_tag')
    op.drop_table('scan')
    op.drop_table('chosen_option')
    op.drop_table('option_limit')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__invitation__event_id'))

    op.drop_table('invitation')
    op.drop_table('erasure')
    with op.batch_alter_table('door_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__door_link__event_id'))

    op.drop_table('door_link')
    with op.batch_alter_table('question_template', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__question_template__campaign_id'))

    op.drop_table('question_template')
    op.drop_table('mail_text')
    with op.batch_alter_table('spent_challenge', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__spent_challenge__expires_at'))

    op.drop_table('spent_challenge')
    op.drop_table('purge')
    with op.batch_alter_table('hits', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__hits__expires_at'))

    op.drop_table('hits')
