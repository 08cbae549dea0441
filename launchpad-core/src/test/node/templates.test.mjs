// The project files that ship as templates.

import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, it } from 'node:test';
import { makeProject, modules, RESOURCES } from './harness.mjs';

const text = (name) => readFileSync(join(RESOURCES, name), 'utf8');

describe('index.js', () => {
  // What the CLI of ElizaOS 1.7.2 asks of a project directory, read in its published package: the first existing entry file
  // is imported; it is no plugin; its default export has an array `agents`, each with a character and an init function.
  it('is a project to the official tools', async (t) => {
    const directory = makeProject(t);
    cpSync(join(RESOURCES, 'index.js'), join(directory, 'index.js'));
    const project = (await import(pathToFileURL(join(directory, 'index.js')))).default;
    assert.ok(Array.isArray(project.agents) && project.agents.length === 1);
    assert.ok(!('name' in project) && !('description' in project) && !('init' in project), 'or it would be taken for a plugin');
    const [{ character, init }] = project.agents;
    assert.equal(await init(), undefined);
    const { validateCharacter } = await import(pathToFileURL(join(modules(), '@elizaos/core/dist/node/index.node.js')));
    assert.equal(validateCharacter(character).success, true);
  });
});

describe('the templates', () => {
  it('have these placeholders and no others', () => {
    const found = (name) => [...new Set(text(name).match(/\{\{\w+\}\}/g) ?? [])].sort();
    assert.deepEqual(found('Dockerfile'), ['{{agentName}}', '{{baseImage}}', '{{plugins}}', '{{runner}}']);
    assert.deepEqual(found('env.example.txt'), ['{{settings}}']);
    assert.deepEqual(found('README.template.md'), ['{{agentName}}', '{{elizaosVersion}}', '{{lockNote}}']);
    assert.deepEqual(found('index.js'), []);
    assert.deepEqual(found('dockerignore.txt'), []);
  });

  it('keep secrets and data out of an image, and run as nobody', () => {
    assert.ok(text('dockerignore.txt').split('\n').includes('.env'));
    assert.match(text('Dockerfile'), /^USER 65532:65532$/m);
    assert.match(text('Dockerfile'), /^ENTRYPOINT \["node", "runner"\]$/m);
    assert.match(text('Dockerfile'), /--ignore-scripts/);
  });
});

describe('the runner', () => {
  const files = readdirSync(join(RESOURCES, 'runner'));

  it('is small files that import nothing but Node, ElizaOS and each other', () => {
    for (const file of files) {
      const source = text(`runner/${file}`);
      assert.ok(source.split('\n').length <= 250, file);
      for (const [, name] of source.matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
        assert.ok(name.startsWith('node:') || name.startsWith('./') || ['@elizaos/core', '@elizaos/server'].includes(name), `${file} imports ${name}`);
      }
    }
  });

  it('can be read by any user', () => {
    for (const file of files) assert.equal(statSync(join(RESOURCES, 'runner', file)).mode & 0o444, 0o444, file);
  });

  it('loads no ElizaOS before its log, signals and pipe are in place', () => {
    const seen = new Set();
    const walk = (file) => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const [, name] of text(`runner/${file}`).matchAll(/^import .*? from '\.\/([^']+)';$/gm)) walk(name);
    };
    walk('index.js');
    assert.ok(!seen.has('start.js'));
    for (const file of seen) assert.ok(!/from '@/.test(text(`runner/${file}`)), file);
  });
});

describe('plugins.json', () => {
  const data = JSON.parse(text('plugins.json'));

  it('orders database, text models, models with embeddings, channels, base', () => {
    const ordered = [...data.plugins].sort((a, b) => a.rank - b.rank);
    assert.deepEqual(data.plugins, ordered);
    assert.equal(ordered[0].name, '@elizaos/plugin-sql');
    assert.equal(ordered.at(-1).name, '@elizaos/plugin-bootstrap');
    assert.equal(new Set(ordered.map(({ rank }) => rank)).size, ordered.length);
  });

  it('says what happens without a required setting', () => {
    for (const plugin of data.plugins) {
      assert.equal(plugin.settings.some(({ required }) => required), plugin.without !== undefined, plugin.name);
      for (const { name, type, required, sensitive } of plugin.settings) {
        assert.match(name, /^\w+$/);
        assert.ok(['string', 'boolean', 'number'].includes(type), `${plugin.name} ${name} ${type}`);
        assert.equal(typeof required, 'boolean');
        assert.equal(typeof sensitive, 'boolean');
      }
    }
  });
});
