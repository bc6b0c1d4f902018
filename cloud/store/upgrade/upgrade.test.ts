import { join } from 'node:path';
import { describe } from '@jest/globals';
import { upgradeContract } from './upgrade.contract.ts';

describe('an upgrade keeps everything, on SQLite', () => {
  upgradeContract(async (folder) => `sqlite:${join(folder, 'cloud.db')}`);
});
