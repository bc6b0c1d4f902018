/** The process that the update test kills: an agent that installs its cloud's release and prints its progress. */
import { readFileSync } from 'node:fs';
import { createAgent } from '../agent.ts';
import type { TrustedKeys } from '../releases/trusted-keys.ts';

const [home = '', releaseDir = '', keysPath = '', url = '', token = ''] = process.argv.slice(2);
const trustedKeys = JSON.parse(readFileSync(keysPath, 'utf8')) as TrustedKeys;
const agent = createAgent({ home, releaseDir, sources: [], cloud: { url, token }, trustedKeys });
agent.events.on('release', ({ state, message }) => void process.stdout.write(`${state} ${message}\n`));
await agent.start();
