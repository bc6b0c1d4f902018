import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The migrations of the schema. Add new ones at the end, and never change existing ones. Each runs in a transaction, on SQLite and
 * PostgreSQL.
 */
export const MIGRATIONS: Record<string, Migration> = {
  '001_first': { up: first },
  '002_few_rows': { up: fewRows },
  '003_ended_tokens': { up: endedTokens },
  '004_roles': { up: roles },
  '005_automations': { up: automations },
  '006_siren_orders': { up: sirenOrders },
  '007_alarm_tests': { up: alarmTests },
  '008_ignored_sounds': { up: ignoredSounds },
  '009_bridge_leases': { up: bridgeLeases },
  '010_drop_in': { up: dropIn },
  '011_rollouts': { up: rollouts },
  '012_taught_sounds': { up: taughtSounds },
  '013_samples': { up: samples },
  '014_ignored_on_devices': { up: ignoredOnDevices },
  '015_ignored_marks': { up: ignoredMarks },
  '016_shared_clips': { up: sharedClips },
  '017_active_incidents': { up: activeIncidents },
  '018_not_sent': { up: notSent },
  '019_alert_reason': { up: alertReason },
};

async function alertReason(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('incidents').addColumn('reason', 'text').execute();
}

async function notSent(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('notifications').addColumn('not_sent', 'text').execute();
}

/** An index of active incidents only: a home has few active incidents and thousands of ended ones. */
async function activeIncidents(db: Kysely<unknown>): Promise<void> {
  await sql`create index incidents_active on incidents (home_id, label) where active_key is not null`.execute(db);
}

async function sharedClips(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('clips').addColumn('shared_by', 'text').execute();
  await db.schema.alterTable('clips').addColumn('shared_at_ms', 'bigint').execute();
  await sql`create index clips_shared on clips (shared_at_ms) where shared_at_ms is not null`.execute(db);
}

/** Earlier versions stored only the first alert that members marked as wrong for an ignored sound. */
async function ignoredMarks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ignored_marks')
    .addColumn('sound_id', 'text', (c) => c.notNull().references('ignored_sounds.id').onDelete('cascade'))
    .addColumn('incident_id', 'text', (c) => c.notNull())
    .addColumn('candidate_id', 'text', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('embedding', 'text', (c) => c.notNull())
    .addColumn('embedded_by', 'text', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('ignored_marks_key', ['sound_id', 'incident_id'])
    .execute();
  await db.schema.createIndex('ignored_marks_incident').on('ignored_marks').column('incident_id').execute();
  await sql`
    insert into ignored_marks
      select id, incident_id, candidate_id, description, embedding, embedded_by, created_by, created_at_ms
      from ignored_sounds`.execute(db);
  // For later marks, earlier versions stored only the embedding from the device, at most once for each alert.
  await sql`
    insert into ignored_marks
      select sounds.id, heard.incident_id, heard.candidate_id, sounds.description, sounds.embedding, sounds.embedded_by,
        coalesce(incidents.feedback_by, sounds.created_by), heard.heard_at_ms
      from ignored_hearings as heard
      join ignored_sounds as sounds on sounds.id = heard.sound_id
      left join incidents on incidents.id = heard.incident_id
      where heard.kind = 'marked' and heard.incident_id != sounds.incident_id and not exists (
        select 1 from ignored_hearings as other
        where other.sound_id = heard.sound_id and other.incident_id = heard.incident_id and other.kind = 'marked'
          and other.candidate_id < heard.candidate_id)`.execute(db);
}

async function ignoredOnDevices({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('candidates').addColumn('device_embedding', 'text').execute();
  await schema.alterTable('devices').addColumn('ignored_sha256', 'text').execute();
  await schema
    .createTable('ignored_hearings')
    .addColumn('sound_id', 'text', (c) => c.notNull().references('ignored_sounds.id').onDelete('cascade'))
    .addColumn('candidate_id', 'text', (c) => c.notNull())
    .addColumn('incident_id', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('embedding', 'text', (c) => c.notNull())
    .addColumn('trunk_sha256', 'text', (c) => c.notNull())
    .addColumn('heard_at_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('ignored_hearings_key', ['sound_id', 'candidate_id'])
    .execute();
  await schema.createIndex('ignored_hearings_incident').on('ignored_hearings').column('incident_id').execute();
}

/** Earlier versions had no roles. The first person of each home becomes its owner. */
async function roles(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('members')
    .addColumn('role', 'text', (c) => c.notNull().defaultTo('member'))
    .execute();
  await sql`
    update members set role = 'owner' where id = (
      select other.id from members as other where other.home_id = members.home_id order by other.created_at_ms, other.id limit 1
    )`.execute(db);
}

async function rollouts(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('devices').addColumn('release', 'text').execute();
  await db.schema.alterTable('devices').addColumn('release_state', 'text').execute();
  await db.schema
    .createTable('rollouts')
    .addColumn('version', 'text', (c) => c.primaryKey())
    .addColumn('manifest_sha256', 'text', (c) => c.notNull())
    .addColumn('percent', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('started_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('stage_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('looked_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('seen', 'text')
    .execute();
  await db.schema.createIndex('candidates_registered').on('candidates').column('registered_at_ms').execute();
}

async function taughtSounds(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema.alterTable('homes').addColumn('taught', 'text').execute();
  await schema.alterTable('devices').addColumn('record_order', 'text').execute();
  await schema
    .createTable('taught_sounds')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    // No foreign key: a taught sound remains when the device that recorded it is removed.
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('label', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('icon', 'text', (c) => c.notNull())
    .addColumn('class', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('file', 'text')
    .addColumn('file_sha256', 'text')
    .addColumn('trunk_sha256', 'text')
    .addColumn('figures', 'text')
    .addColumn('check_found', 'integer')
    .addColumn('learning_until_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('taught_sounds_home').on('taught_sounds').column('home_id').execute();
  await schema.createIndex('taught_sounds_state').on('taught_sounds').columns(['state', 'learning_until_ms']).execute();
  await schema
    .createTable('taught_examples')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('sound_id', 'text', (c) => c.notNull().references('taught_sounds.id').onDelete('cascade'))
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addColumn('found', 'text')
    .addColumn('by_name', 'text', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('upload_until_ms', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('taught_examples_sound').on('taught_examples').column('sound_id').execute();
  await schema.createIndex('taught_examples_home').on('taught_examples').column('home_id').execute();
  await schema.createIndex('taught_examples_key').on('taught_examples').column('key').execute();
}

async function samples({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('samples')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    // No foreign key: a judged sample remains when its device is removed.
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('label', 'text', (c) => c.notNull())
    .addColumn('score', 'double precision', (c) => c.notNull())
    .addColumn('propensity', 'double precision', (c) => c.notNull())
    .addColumn('policy', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('verdict', 'text', (c) => c.notNull())
    .addColumn('feedback', 'text')
    .addColumn('feedback_by', 'text')
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('upload_until_ms', 'bigint', (c) => c.notNull())
    .addColumn('expires_at_ms', 'bigint')
    .execute();
  await schema.createIndex('samples_home').on('samples').columns(['home_id', 'created_at_ms']).execute();
  await schema.createIndex('samples_key').on('samples').column('key').execute();
  await schema.createIndex('samples_expiry').on('samples').column('expires_at_ms').execute();
}

async function ignoredSounds(db: Kysely<unknown>): Promise<void> {
  for (const column of ['embedding', 'embedded_by', 'ignored_sound_id'])
    await db.schema.alterTable('candidates').addColumn(column, 'text').execute();
  await db.schema
    .createTable('ignored_sounds')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('device_id', 'text', (c) => c.notNull().references('devices.id').onDelete('cascade'))
    .addColumn('label', 'text', (c) => c.notNull())
    .addColumn('incident_id', 'text', (c) => c.notNull())
    .addColumn('candidate_id', 'text', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('embedding', 'text', (c) => c.notNull())
    .addColumn('embedded_by', 'text', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('ignored_sounds_home')
    .on('ignored_sounds')
    .columns(['home_id', 'created_at_ms'])
    .execute();
  await db.schema.createIndex('ignored_sounds_device').on('ignored_sounds').column('device_id').execute();
  await sql`create index candidates_ignored on candidates (ignored_sound_id) where ignored_sound_id is not null`.execute(
    db,
  );
}

async function dropIn(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .alterTable('devices')
    .addColumn('listen_until_ms', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute();
  // No foreign key to the device or the member, so that the log remains when they are removed.
  await schema
    .createTable('drop_ins')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('device_name', 'text', (c) => c.notNull())
    .addColumn('member_id', 'text', (c) => c.notNull())
    .addColumn('member_name', 'text', (c) => c.notNull())
    .addColumn('started_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('until_ms', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('drop_ins_home').on('drop_ins').columns(['home_id', 'started_at_ms']).execute();
  await schema.createIndex('drop_ins_device').on('drop_ins').columns(['device_id', 'until_ms']).execute();
  await schema.createIndex('drop_ins_started').on('drop_ins').column('started_at_ms').execute();
  await schema
    .createTable('drop_in_segments')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('upload_until_ms', 'bigint', (c) => c.notNull())
    .addColumn('look_at_ms', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('drop_in_segments_device').on('drop_in_segments').columns(['device_id', 'id']).execute();
  await schema.createIndex('drop_in_segments_home').on('drop_in_segments').column('home_id').execute();
  await schema.createIndex('drop_in_segments_key').on('drop_in_segments').column('key').execute();
  await schema.createIndex('drop_in_segments_look').on('drop_in_segments').column('look_at_ms').execute();
}

async function bridgeLeases(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('channels').addColumn('bridge_holder', 'text').execute();
  await db.schema
    .alterTable('channels')
    .addColumn('bridge_until_ms', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute();
  // This index serves a query over the channels of all people that runs twice a second.
  await sql`create index channels_mqtt on channels (created_at_ms) where kind = 'mqtt'`.execute(db);
}

async function alarmTests(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alarm_tests')
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('device_id', 'text', (c) => c.notNull().references('devices.id').onDelete('cascade'))
    .addColumn('label', 'text', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('heard_after_ms', 'bigint', (c) => c.notNull())
    .addColumn('reported_after_ms', 'bigint', (c) => c.notNull())
    .addColumn('above_room_db', 'double precision')
    .addPrimaryKeyConstraint('alarm_tests_of_device', ['device_id', 'label'])
    .execute();
  await db.schema.createIndex('alarm_tests_home').on('alarm_tests').column('home_id').execute();
}

async function sirenOrders(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('devices').addColumn('siren_order', 'text').execute();
}

async function automations(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('channels').addColumn('confirmed_at_ms', 'bigint').execute();
  await db.schema
    .createTable('automation_events')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('channel_id', 'text', (c) => c.notNull().references('channels.id').onDelete('cascade'))
    .addColumn('incident_id', 'text', (c) => c.notNull())
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('due_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('expires_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('lease_until_ms', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('automation_events_once', ['incident_id', 'channel_id', 'step'])
    .execute();
  await db.schema.createIndex('automation_events_due').on('automation_events').columns(['due_at_ms', 'id']).execute();
  await db.schema
    .createIndex('automation_events_channel')
    .on('automation_events')
    .columns(['channel_id', 'id'])
    .execute();
  await db.schema.createIndex('automation_events_home').on('automation_events').column('home_id').execute();
}

async function endedTokens(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ended_tokens')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('ended_tokens_at').on('ended_tokens').column('at_ms').execute();
}

/** Partial indexes for the sweeper. Every second it searches for a few pending rows among millions of finished rows. */
async function fewRows(db: Kysely<unknown>): Promise<void> {
  await sql`create index clips_awaited on clips (upload_until_ms) where state = 'awaited'`.execute(db);
  await sql`create index candidates_unqueued on candidates (registered_at_ms) where queued_at_ms is null`.execute(db);
}

async function first(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('homes')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('watched_until_ms', 'bigint', (c) => c.notNull())
    .execute();
  await schema
    .createTable('settings')
    .addColumn('home_id', 'text', (c) => c.primaryKey().references('homes.id').onDelete('cascade'))
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('next_mode_at_ms', 'bigint')
    .execute();
  await schema.createIndex('settings_next_mode').on('settings').column('next_mode_at_ms').execute();
  await schema
    .createTable('members')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('escalation', 'integer', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('members_home').on('members').column('home_id').execute();
  await schema
    .createTable('devices')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('room', 'text', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('last_heartbeat_at_ms', 'bigint')
    .addColumn('heartbeat', 'text')
    .addColumn('silent', 'integer', (c) => c.notNull())
    .execute();
  await schema.createIndex('devices_home').on('devices').column('home_id').execute();
  await schema.createIndex('devices_heartbeat').on('devices').column('last_heartbeat_at_ms').execute();
  await schema
    .createTable('tokens')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('subject_id', 'text', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('tokens_subject').on('tokens').column('subject_id').execute();
  await schema.createIndex('tokens_home').on('tokens').column('home_id').execute();
  await schema
    .createTable('pairing_codes')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('member_id', 'text')
    .addColumn('expires_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('used_at_ms', 'bigint')
    .execute();
  await schema.createIndex('pairing_codes_home').on('pairing_codes').column('home_id').execute();
  await schema
    .createTable('incidents')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('label', 'text', (c) => c.notNull())
    .addColumn('class', 'text', (c) => c.notNull())
    .addColumn('active_key', 'text', (c) => c.unique())
    .addColumn('subject_id', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('verdict', 'text', (c) => c.notNull())
    .addColumn('test', 'integer', (c) => c.notNull())
    .addColumn('late', 'integer', (c) => c.notNull())
    .addColumn('started_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('last_heard_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('cleared_at_ms', 'bigint')
    .addColumn('told_at_ms', 'bigint')
    .addColumn('told_level', 'integer', (c) => c.notNull())
    .addColumn('repeats', 'integer', (c) => c.notNull())
    .addColumn('next_at_ms', 'bigint')
    .addColumn('deadline_at_ms', 'bigint')
    .addColumn('repeat_at_ms', 'bigint')
    .addColumn('escalate_at_ms', 'bigint')
    .addColumn('acknowledged_by', 'text')
    .addColumn('acknowledged_at_ms', 'bigint')
    .addColumn('feedback', 'text')
    .addColumn('feedback_by', 'text')
    .addColumn('feedback_at_ms', 'bigint')
    .addColumn('why', 'text', (c) => c.notNull())
    .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('incidents_home').on('incidents').columns(['home_id', 'started_at_ms', 'id']).execute();
  await schema.createIndex('incidents_next').on('incidents').column('next_at_ms').execute();
  await schema
    .createTable('candidates')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('incident_id', 'text', (c) => c.notNull().references('incidents.id').onDelete('cascade'))
    .addColumn('label', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('registered_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('verdict', 'text', (c) => c.notNull())
    .addColumn('verifier_score', 'double precision')
    .addColumn('verified_at_ms', 'bigint')
    .addColumn('queued_at_ms', 'bigint')
    .execute();
  await schema.createIndex('candidates_incident').on('candidates').column('incident_id').execute();
  await schema.createIndex('candidates_device').on('candidates').columns(['device_id', 'registered_at_ms']).execute();
  await schema.createIndex('candidates_home').on('candidates').columns(['home_id', 'registered_at_ms']).execute();
  // A partial index, because the sweeper reads only these few rows, every second.
  await sql`create index candidates_pending on candidates (registered_at_ms) where verdict in ('pending', 'unverified')`.execute(
    db,
  );
  await schema
    .createTable('clips')
    .addColumn('candidate_id', 'text', (c) => c.primaryKey().references('candidates.id').onDelete('cascade'))
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('upload_until_ms', 'bigint', (c) => c.notNull())
    .addColumn('stored_at_ms', 'bigint')
    .addColumn('expires_at_ms', 'bigint')
    .execute();
  await schema.createIndex('clips_expiry').on('clips').column('expires_at_ms').execute();
  await schema.createIndex('clips_home').on('clips').column('home_id').execute();
  // The links of the embedded clip store contain the key of their clip, so clips are looked up by key.
  await schema.createIndex('clips_key').on('clips').column('key').execute();
  await schema
    .createTable('notifications')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('incident_id', 'text', (c) => c.notNull())
    .addColumn('member_id', 'text', (c) => c.notNull().references('members.id').onDelete('cascade'))
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('rank', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('due_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('expires_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('lease_until_ms', 'bigint', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('sent_at_ms', 'bigint')
    .addColumn('sent_by', 'text')
    .addColumn('last_error', 'text')
    .addUniqueConstraint('notifications_once', ['incident_id', 'member_id', 'step'])
    .execute();
  await sql`create index notifications_due on notifications (rank, due_at_ms) where state = 'pending'`.execute(db);
  await schema.createIndex('notifications_home').on('notifications').column('home_id').execute();
  await schema
    .createTable('channels')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('member_id', 'text', (c) => c.notNull().references('members.id').onDelete('cascade'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('target', 'text', (c) => c.notNull())
    .addColumn('describes', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('last_error', 'text')
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('rest_until_ms', 'bigint', (c) => c.notNull())
    .addColumn('failures', 'integer', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('channels_member').on('channels').column('member_id').execute();
  await schema.createIndex('channels_home').on('channels').column('home_id').execute();
  await schema
    .createTable('jobs')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('queue', 'text', (c) => c.notNull())
    .addColumn('lane', 'integer', (c) => c.notNull())
    .addColumn('group', 'text', (c) => c.notNull())
    .addColumn('turn', 'bigint', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('visible_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('receipt', 'text')
    .addColumn('deliveries', 'integer', (c) => c.notNull())
    .addColumn('sent_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('reason', 'text')
    .execute();
  await schema.createIndex('jobs_next').on('jobs').columns(['queue', 'state', 'lane', 'turn', 'id']).execute();
  await schema.createIndex('jobs_group').on('jobs').columns(['queue', 'group', 'turn']).execute();
  await schema
    .createTable('deletions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    // No foreign key, so that the record of a deletion remains when the home is deleted.
    .addColumn('home_id', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addColumn('requested_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('done_at_ms', 'bigint')
    .addColumn('look_at_ms', 'bigint')
    .addColumn('watch_until_ms', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('deletions_home').on('deletions').column('home_id').execute();
  await schema.createIndex('deletions_look').on('deletions').column('look_at_ms').execute();
  await schema
    .createTable('changes')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('home_id', 'text', (c) => c.notNull().references('homes.id').onDelete('cascade'))
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('event', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('changes_at').on('changes').column('at_ms').execute();
  await schema.createIndex('changes_home').on('changes').column('home_id').execute();
  await schema
    .createTable('releases')
    .addColumn('version', 'text', (c) => c.primaryKey())
    .addColumn('manifest_sha256', 'text', (c) => c.notNull())
    .addColumn('manifest', 'text', (c) => c.notNull())
    .addColumn('added_at_ms', 'bigint', (c) => c.notNull())
    .execute();
}
