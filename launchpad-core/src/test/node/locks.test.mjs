// A lock for some plugins is cut out of the one that ships. npm must accept it, and the agent must start from it.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { character, dependencyFiles, makeProject, npmCi, PLUGINS, RESOURCES, start, startEchoModel } from './harness.mjs';
import { pruneLock } from './tools/prune-lock.mjs';

const plugin = (name) => `@elizaos/plugin-${name}`;
const KEYS = Object.fromEntries(PLUGINS.plugins.flatMap(({ settings }) => settings.filter(({ required }) => required).map(({ name }) => [name, 'dummy-value-1234567890'])));

/** Every plugin of the table stands in at least one set. The slim one for openai alone is what other tests launch all day. */
const SETS = [
  ['slim', ['anthropic', 'openai', 'twitter', 'knowledge', 'mcp']],
  ['slim', ['google-genai', 'groq', 'telegram', 'openrouter', 'ollama', 'discord']],
  ['full', ['openai']],
];

describe('npm ci accepts, and an agent starts from,', () => {
  for (const [set, names] of SETS) {
    it(`the ${set} lock for ${names.join(', ')}`, async (t) => {
      const directory = mkdtempSync(join(tmpdir(), 'launchpad-lock-'));
      t.after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
      const files = dependencyFiles(names.map(plugin), set);
      for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
      const from = performance.now();
      npmCi(directory);
      const seconds = (performance.now() - from) / 1000;

      const model = await startEchoModel(t);
      const project = makeProject(t, { character: character([plugin('sql'), ...names.map(plugin), plugin('bootstrap')]), modules: join(directory, 'node_modules') });
      const env = { ...KEYS, ...model.env, OLLAMA_API_ENDPOINT: `${model.url}/ollama`, GROQ_BASE_URL: model.url, OPENROUTER_BASE_URL: model.url };
      const agent = await start(t, project, env);
      const state = await agent.ready(240_000);
      t.diagnostic(`${Object.keys(JSON.parse(files['package-lock.json']).packages).length - 1} packages, ${seconds.toFixed(1)} s, ${JSON.stringify(state.agents[0].models)}, ${JSON.stringify(state.reasons)}`);
      assert.ok(!/ERR_MODULE_NOT_FOUND|Cannot find (package|module)/.test(agent.output), agent.output);
      const offered = new Set(PLUGINS.plugins.filter(({ name }) => names.map(plugin).includes(name)).flatMap(({ models }) => models));
      assert.deepEqual(new Set(state.agents[0].models), offered, 'plugins.json names the models that the plugins register');
      const providers = PLUGINS.plugins.filter(({ name, category }) => category === 'model' && names.map(plugin).includes(name));
      if (providers.length === 1 && names.includes('openai')) assert.equal((await agent.chat('hello')).text, 'You said: hello');
      t.diagnostic(`unhandled rejections: ${await agent.metric('launchpad_agent_unhandled_rejections_total')}`);
    });
  }
});

describe('the shipped lock', () => {
  const lock = JSON.parse(readFileSync(join(RESOURCES, 'locks/package-lock.json'), 'utf8'));

  it('names no registry and has a checksum for every package', () => {
    for (const [path, entry] of Object.entries(lock.packages)) {
      if (path === '') continue;
      assert.equal(entry.resolved, undefined, path);
      assert.match(entry.integrity, /^sha512-/, path);
    }
    assert.ok(!/https?:\/\/[^"]*registry/.test(JSON.stringify(lock)));
  });

  it('has every plugin of the table at its version', () => {
    for (const { name, version } of PLUGINS.plugins) assert.equal(lock.packages[`node_modules/${name}`].version, version);
    for (const [name, version] of Object.entries(PLUGINS.base)) assert.equal(lock.packages[`node_modules/${name}`].version, version);
  });

  it('stays the same when nothing is cut', () => {
    assert.deepEqual(pruneLock(lock, lock.packages['']), lock);
  });
});

describe('cutting a lock', () => {
  const lock = {
    name: 'all', version: '1', lockfileVersion: 3,
    packages: {
      '': { name: 'all', version: '1', dependencies: { a: '1', b: '1' } },
      'node_modules/a': { version: '1', dependencies: { shared: '1', dead: '1' }, optionalDependencies: { native: '1' }, peerDependencies: { host: '1', maybe: '1' }, peerDependenciesMeta: { maybe: { optional: true } } },
      'node_modules/a/node_modules/shared': { version: '1', dependencies: { deep: '1' } },
      'node_modules/b': { version: '1', dependencies: { shared: '2', native: '1', host: '1', maybe: '1' } },
      'node_modules/dead': { version: '1', dependencies: { deader: '1' } },
      'node_modules/deader': { version: '1' },
      'node_modules/deep': { version: '1', dependencies: { a: '1' } },
      'node_modules/host': { version: '1' },
      'node_modules/maybe': { version: '1' },
      'node_modules/native': { version: '1' },
      'node_modules/shared': { version: '2' },
    },
  };
  const root = (...names) => ({ name: 'some', version: '2', dependencies: Object.fromEntries(names.map((name) => [name, '1'])) });
  const paths = (result) => Object.keys(result.packages).slice(1).map((path) => path.replaceAll('node_modules/', ''));

  it('keeps what Node would find, nested copies first', () => {
    assert.deepEqual(paths(pruneLock(lock, root('a'))), ['a', 'a/shared', 'dead', 'deader', 'deep', 'host', 'native']);
    assert.deepEqual(paths(pruneLock(lock, root('b'))), ['b', 'host', 'maybe', 'native', 'shared']);
  });

  it('marks what only an optional or only a peer edge reaches', () => {
    const { packages } = pruneLock(lock, root('a'));
    assert.equal(packages['node_modules/native'].optional, true);
    assert.equal(packages['node_modules/host'].peer, true);
    const other = pruneLock(lock, root('a', 'b')).packages;
    assert.equal(other['node_modules/native'].optional, undefined);
    assert.equal(other['node_modules/host'].peer, undefined);
  });

  it('leaves out dependencies that a package never imports, and says so in its entry', () => {
    const result = pruneLock(lock, root('a'), { a: ['dead'] });
    assert.deepEqual(paths(result), ['a', 'a/shared', 'deep', 'host', 'native']);
    assert.deepEqual(result.packages['node_modules/a'].dependencies, { shared: '1' });
    assert.deepEqual(lock.packages['node_modules/a'].dependencies, { shared: '1', dead: '1' }, 'the input is not changed');
  });
});
