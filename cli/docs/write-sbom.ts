import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

// `npm run sbom`: writes the software bill of materials (CycloneDX) that npm makes from the lockfile, and from it
// docs/licences.md.

interface Component {
  name: string;
  version: string;
  licenses?: { license?: { id?: string; name?: string }; expression?: string }[];
}

const ROOT = new URL('../../', import.meta.url);
/** The workspaces, which npm lists too. */
const OWN = new Set([
  'shared',
  'device',
  'cloud',
  'models',
  '@earshot/shared',
  '@earshot/device',
  '@earshot/cloud',
  '@earshot/models',
]);

const sbom = execFileSync(
  'npm',
  ['sbom', '--package-lock-only', '--omit=dev', '--sbom-format=cyclonedx', '--sbom-type=application'],
  { cwd: fileURLToPath(ROOT), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'inherit'] },
);
const { components } = JSON.parse(sbom) as { components: Component[] };
await writeFile(new URL('sbom.cdx.json', ROOT), sbom);
await writeFile(new URL('docs/licences.md', ROOT), licencesPage(components));

function licencesPage(all: readonly Component[]): string {
  const foreign = all.filter(({ name }) => !OWN.has(name));
  const byLicence = Map.groupBy(foreign, licenceOf);
  const rows = [...byLicence]
    .sort(([one], [other]) => one.localeCompare(other, 'en'))
    .map(([licence, some]) => `| ${licence} | ${some.map(({ name, version }) => `${name} ${version}`).join(', ')} |`);
  return [
    '# Licences of the packages that Earshot runs with',
    '',
    'Written by `npm run sbom` from the lockfile; development tools are not in it. Earshot itself is Apache-2.0.',
    '',
    '| licence | packages |',
    '| --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function licenceOf({ licenses = [] }: Component): string {
  const names = licenses.map(({ license, expression }) => license?.id ?? license?.name ?? expression ?? '');
  return names.filter(Boolean).join(' and ') || 'not named';
}
