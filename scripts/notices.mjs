// Writes THIRD_PARTY_NOTICES: name, version, licence and licence text of each package whose code is in the bundle. The
// bundler says which those are, so a dependency that only builds or tests is not in it. With --check, compares instead.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { bundle } from './build.mjs';

const root = new URL('../', import.meta.url);
const file = new URL('THIRD_PARTY_NOTICES', root);
const RULE = '-'.repeat(80);

const notices = await makeNotices();
if (!process.argv.includes('--check')) {
  writeFileSync(file, notices);
} else if (!existsSync(file) || readFileSync(file, 'utf8') !== notices) {
  console.error('THIRD_PARTY_NOTICES is not what the bundle needs: run "npm run notices"');
  process.exit(1);
}

async function makeNotices() {
  const sections = (await bundledPackages()).map(describe);
  return [
    'The files in dist/ contain code of the packages below, each under its own licence.\n',
    ...sections.map((section) => `${RULE}\n${section}`),
  ].join('\n');
}

/** The folders of the packages that contribute at least one byte. */
async function bundledPackages() {
  const { metafile } = await build({ ...bundle, metafile: true, write: false });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(path)?.[0])
    .filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort();
}

function describe(folder) {
  const { name, version, license } = JSON.parse(readFileSync(new URL(`${folder}package.json`, root), 'utf8'));
  const texts = readdirSync(new URL(folder, root))
    .filter((entry) => /^(licen[cs]e|copying|notice)/i.test(entry))
    .sort()
    .map((entry) => readFileSync(new URL(folder + entry, root), 'utf8').trim());
  if (typeof license !== 'string' || texts.length === 0) {
    throw new Error(`Package "${name}" is bundled but names no licence or has no licence text: choose another`);
  }
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
