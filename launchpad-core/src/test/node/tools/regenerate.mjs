// Writes plugins.json and locks/package-lock.json anew from the published packages: node regenerate.mjs
//
// Both are data of the product. Run it after changing table.mjs, then the tests, which start an agent for every plugin.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pruneLock } from './prune-lock.mjs';
import { importedPackages } from './scan-imports.mjs';
import { BASE, BUILD_ONLY, ELIZAOS, KEEP, PLUGINS } from './table.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '../../../main/resources/io/agentlaunchpad/project');
const work = mkdtempSync(join(tmpdir(), 'launchpad-lock-'));
try {
  install();
  const data = { elizaos: ELIZAOS, base: BASE, plugins: PLUGINS.map(describe), unused: unused(), buildOnly: BUILD_ONLY };
  write('plugins.json', data);
  write('locks/package-lock.json', tidy(JSON.parse(readFileSync(join(work, 'package-lock.json'), 'utf8')), data));
} finally {
  rmSync(work, { recursive: true });
}

/** Installs all plugins at once. Build tools are replaced by nothing, so that their platform packages stay out. */
function install() {
  const dependencies = { ...BASE, ...Object.fromEntries(PLUGINS.map(({ name, version }) => [name, version])) };
  mkdirSync(join(work, 'nothing'));
  writeFileSync(join(work, 'nothing/package.json'), '{"name":"nothing","version":"0.0.0"}');
  const overrides = Object.fromEntries(BUILD_ONLY.map((name) => [name, 'file:nothing']));
  writeFileSync(join(work, 'package.json'), JSON.stringify({ name: 'agent', version: '1.0.0', private: true, dependencies, overrides }));
  execFileSync('npm', ['install', '--ignore-scripts', '--omit=optional', '--omit-lockfile-registry-resolved', '--no-audit', '--no-fund'], { cwd: work, stdio: 'inherit' });
}

function published(name) {
  return JSON.parse(readFileSync(join(work, 'node_modules', name, 'package.json'), 'utf8'));
}

/** Facts of the package's own metadata; its descriptions are its authors' sentences and stay there. */
function describe({ needs, ...plugin }) {
  const parameters = published(plugin.name).agentConfig?.pluginParameters ?? {};
  const settings = Object.entries(parameters)
    .filter(([name]) => name !== 'PATH')
    .map(([name, { type = 'string', required = false, sensitive = false, default: preset }]) => ({
      name, type, required, sensitive, ...(preset === undefined || preset === '' ? {} : { default: String(preset) }),
    }));
  return { ...plugin, models: registeredModels(plugin.name), ...(needs ? { needs } : {}), settings };
}

/** The text and embedding models that the plugin registers; asked of the plugin itself, in a process of its own. */
function registeredModels(name) {
  const ask = `const all = Object.values(await import(${JSON.stringify(name)}));
    const models = all.flatMap((each) => Object.keys(each?.models ?? {}));
    process.stdout.write('\\n' + JSON.stringify([...new Set(models)]), () => process.exit(0));`;
  const answer = execFileSync(process.execPath, ['--input-type=module', '-e', ask], { cwd: work, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).split('\n').pop();
  return JSON.parse(answer).filter((model) => /^TEXT_(SMALL|LARGE|EMBEDDING)$/.test(model)).sort();
}

function unused() {
  const names = [...Object.keys(BASE), ...PLUGINS.map(({ name }) => name)].filter((name) => name.startsWith('@elizaos/'));
  const entries = [...new Set(names)].sort().map((name) => {
    const { dependencies, optionalDependencies, peerDependencies } = published(name);
    const imported = importedPackages(join(work, 'node_modules', name));
    const declared = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
    return [name, declared.filter((each) => !imported.has(each) && !KEEP[name]?.includes(each)).sort()];
  });
  return Object.fromEntries(entries.filter(([, list]) => list.length > 0));
}

/** Without build tools and without any address of a registry. */
function tidy(lock, { buildOnly }) {
  const { name, version, dependencies } = lock.packages[''];
  const dropped = Object.fromEntries(Object.keys(lock.packages).map((path) => [path.split('node_modules/').pop(), buildOnly]));
  const result = pruneLock(lock, { name, version, dependencies }, dropped);
  for (const [path, entry] of Object.entries(result.packages)) {
    if (path && (entry.resolved || entry.link || !entry.integrity)) throw new Error(`${path} is not a package of the registry`);
  }
  return result;
}

function write(file, value) {
  const path = join(project, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 1)}\n`);
}
