import { join } from 'node:path';
import { describe } from '@jest/globals';
import { upgradeContract } from './upgrade.contract.ts';

describe('an upgrade from an old release keeps all data, on SQLite', () => {
  upgradeContract(async (folder) => `sqlite:${join(folder, 'cloud.db')}`);
});
