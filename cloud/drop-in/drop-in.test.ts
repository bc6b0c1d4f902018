import { describe } from '@jest/globals';
import { dropInContract } from './drop-in.contract.ts';

describe('listening live, on SQLite and files', () => dropInContract(async () => ({})));
