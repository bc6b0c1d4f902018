import { expect, test } from '@jest/globals';
import { printableEnvironment, readCloudConfig } from './config.ts';

test('without any variables the cloud is one process with SQLite and files below the home folder', () => {
  const config = readCloudConfig({ EARSHOT_HOME: '/data' });
  expect(config).toMatchObject({
    databaseUrl: 'sqlite:/data/cloud.db',
    clips: { kind: 'file', dir: '/data/clips' },
    queue: { kind: 'database' },
    smtp: null,
    secret: null,
  });
});

test('the addresses of bucket, queue and database choose the adapters for S3, SQS and PostgreSQL', () => {
  const config = readCloudConfig({
    EARSHOT_CLIP_BUCKET: 'clips',
    EARSHOT_QUEUE_URL: 'https://sqs.example.test/1/earshot',
    EARSHOT_DATABASE_URL: 'postgres://db/earshot',
    AWS_REGION: 'eu-central-1',
  });
  expect(config.clips).toEqual({ kind: 's3', bucket: 'clips', region: 'eu-central-1', endpoint: null });
  expect(config.queue).toEqual({ kind: 'sqs', url: 'https://sqs.example.test/1/earshot', region: 'eu-central-1' });
});

test('one error names every invalid setting, with its value and advice', () => {
  const read = () =>
    readCloudConfig({ EARSHOT_PORT: '99999', EARSHOT_DATABASE_URL: 'mysql://x', EARSHOT_SMTP_URL: 'smtp://mail' });
  expect(read).toThrow('EARSHOT_PORT must be a whole number from 0 to 65535 (it is "99999")');
  expect(read).toThrow(/EARSHOT_DATABASE_URL must begin with sqlite: or postgres:\/\/ \(it is "mysql:\/\/x"\)/);
  expect(read).toThrow(/e-mail needs both EARSHOT_SMTP_URL and EARSHOT_MAIL_FROM/);
});

test('S3 without a region is refused at the start, not only when the first clip is stored', () => {
  expect(() => readCloudConfig({ EARSHOT_CLIP_BUCKET: 'clips' })).toThrow('S3 and SQS need AWS_REGION');
});

test('an empty variable counts as absent', () => {
  expect(readCloudConfig({ EARSHOT_SMTP_URL: '', EARSHOT_PORT: '' })).toMatchObject({ smtp: null, port: 8080 });
});

test('no secret is printed in the list of settings or in an error', () => {
  const env = {
    EARSHOT_DATABASE_URL: 'postgres://earshot:hunter2@db:5432/earshot?password=hunter2',
    EARSHOT_SMTP_URL: 'smtp://user:hunter2@mail',
    EARSHOT_SECRET: 'hunter2',
  };
  expect(JSON.stringify(printableEnvironment(env))).not.toContain('hunter2');
  expect(printableEnvironment(env).EARSHOT_DATABASE_URL).toContain('earshot:…@db:5432');
  let message = '';
  try {
    readCloudConfig(env);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toContain('EARSHOT_SECRET must have 32 characters or more (it is (secret))');
  expect(message).not.toContain('hunter2');
});
