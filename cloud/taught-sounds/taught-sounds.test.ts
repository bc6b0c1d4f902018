import { describe } from '@jest/globals';
import { taughtSoundsContract } from './taught-sounds.contract.ts';

describe('taught sounds on SQLite and files', () => taughtSoundsContract(async () => ({})));
