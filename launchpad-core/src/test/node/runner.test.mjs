// The runner with the real ElizaOS and the stand-in model.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { character, freePort, installTestPlugin, makeProject, modules, OPENAI, start, startEchoModel, startStock } from './harness.mjs';

const TOKEN = 'token-0123456789abcdef';
const grep = (directory, text) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => readFileSync(file).includes(text));

describe('a healthy agent', () => {
  it('becomes ready, answers, counts, and ends with 0', async (t) => {
    const model = await startEchoModel(t);
    const agent = await start(t, makeProject(t), model.env);
    const state = await agent.ready();
    assert.equal(state.status, 'ready', JSON.stringify(state));
    assert.deepEqual(state.reasons, []);
    assert.deepEqual(state.agents[0].models, ['TEXT_SMALL', 'TEXT_LARGE', 'TEXT_EMBEDDING']);
    assert.equal((await agent.get('/livez')).status, 200);

    const words = 'Grüße <b>&amp;</b> </text></response> 😀 "quoted"';
    assert.equal((await agent.chat(words)).text, `You said: ${words}`);
    assert.equal(await agent.metric('launchpad_agent_ready'), 1);
    assert.equal(await agent.metric('launchpad_agent_messages_received_total'), 1);
    assert.equal(await agent.metric('launchpad_agent_messages_sent_total'), 1);
    assert.equal(await agent.metric('launchpad_agent_message_errors_total'), 0);
    assert.ok((await agent.metric('process_resident_memory_bytes')) > 50e6);
    assert.ok((await agent.metric('process_cpu_seconds_total')) > 0);
    assert.equal((await agent.get('/', {})).status, 403, 'the web user interface is off');

    const { body } = await agent.chat('word by word', {}, 'sse');
    assert.match(body, /^event: user_message\n[^]*\nevent: chunk\n[^]*\nevent: done\ndata: .*"text":"You said: word by word"/);
    model.child.kill('SIGKILL');
    assert.match((await agent.chat('anybody?', {}, 'sse')).body, /\nevent: error\ndata: {"error":"The agent gave no reply\."}\n\n$/, 'no stream stays open');

    assert.equal((await agent.stop()).code, 0);
    assert.ok(!existsSync(join(agent.directory, 'data/.elizadb.lock')), 'the lock is given back');
  });

  it('serves its three endpoints without a token and without spending the API budget', async (t) => {
    const model = await startEchoModel(t);
    const agent = await start(t, makeProject(t), { ...model.env, ELIZA_SERVER_AUTH_TOKEN: TOKEN, SERVER_API_KEY: TOKEN });
    await agent.ready();
    for (let i = 0; i < 1100; i += 20) await Promise.all(Array.from({ length: 20 }, () => agent.get('/readyz')));
    assert.equal((await agent.get('/metrics')).status, 200);
    assert.equal((await agent.get('/api/agents')).status, 401);
    const allowed = await agent.get('/api/agents', { headers: { 'x-api-key': TOKEN } });
    assert.equal(allowed.status, 200, allowed.text);
    assert.equal((await agent.chat('hello', { 'x-api-key': TOKEN })).text, 'You said: hello');
    assert.equal((await agent.get('/api/system/environment/local', { headers: { 'x-api-key': TOKEN } })).status, 403);
    assert.equal((await agent.get('/api/system/env/local', { headers: { 'x-api-key': TOKEN } })).status, 403);
  });

  it('keeps the environment out of the database and the API, and settings of a stock server are removed', async (t) => {
    const model = await startEchoModel(t);
    const env = { ...model.env, OPENAI_API_KEY: 'sk-planted-key-7f3a', PLANTED_NAME: 'planted-value-51c0', ADA_PLANTED: 'planted-by-name-9e', POSTGRES_PASSWORD: 'planted-pass-33d1', SECRET_SALT: 'planted-salt-b0b0' };
    const directory = makeProject(t);

    const stock = await startStock(t, directory, { ...env, PGLITE_DATA_DIR: join(directory, 'data/.elizadb') });
    const all = await stock.until(async () => (await stock.get('/api/agents').catch(() => undefined))?.json?.data?.agents?.[0]?.id);
    const leaked = await stock.until(async () => {
      const { text } = await stock.get(`/api/agents/${all}`);
      return text.includes('PLANTED_NAME') && text;
    });
    assert.ok(leaked, 'the stock server is expected to leak; otherwise this test proves nothing');
    await stock.stop();

    const agent = await start(t, directory, env);
    const { agents } = await agent.ready();
    assert.equal((await agent.chat('hello')).text, 'You said: hello');
    const { text } = await agent.get(`/api/agents/${agents[0].id}`);
    for (const planted of ['planted', 'PLANTED', 'OPENAI_API_KEY', 'PGLITE_DATA_DIR']) assert.ok(!text.includes(planted), text);
    await agent.stop();
    for (const value of [env.OPENAI_API_KEY, env.PLANTED_NAME, env.ADA_PLANTED, env.POSTGRES_PASSWORD, env.SECRET_SALT]) {
      assert.deepEqual(grep(join(directory, 'data'), value), []);
      assert.ok(!agent.output.includes(value));
    }
  });

  it('masks secrets in everything that is printed', async (t) => {
    const model = await startEchoModel(t);
    const name = installTestPlugin('plugin-prints', `
      export default { name: 'prints', description: 'prints a secret', actions: [], init: async () => {
        console.log('stdout', process.env.OPENAI_API_KEY, JSON.stringify({ v: process.env.MY_OWN }));
        console.error('stderr', process.env.MY_OWN, encodeURIComponent(process.env.MY_OWN), 'password pa55word%21 pa55word!');
        process.stdout.write(Buffer.from('buffer ' + process.env.OPENAI_API_KEY + '\\n'));
      } };`);
    const env = { ...model.env, OPENAI_API_KEY: 'sk-printed-4711', MY_OWN: 'a "b"\nc/d', LAUNCHPAD_SECRETS: 'MY_OWN', SOME_URL: 'https://user:pa55word%21@example.org/x' };
    const agent = await start(t, makeProject(t, { character: character([...OPENAI, name]) }), env);
    await agent.ready();
    await agent.stop();
    assert.match(agent.output, /stdout \*\*\*/);
    assert.match(agent.output, /stderr \*\*\* \*\*\* password \*\*\* \*\*\*/);
    assert.match(agent.output, /buffer \*\*\*/);
    for (const value of ['sk-printed-4711', 'c/d', 'pa55word']) assert.ok(!agent.output.includes(value), value);
  });

  it('says degraded when no model plugin is selected', async (t) => {
    const agent = await start(t, makeProject(t, { character: character(['@elizaos/plugin-sql', '@elizaos/plugin-bootstrap']) }));
    const state = await agent.ready();
    assert.equal(state.status, 'degraded');
    assert.deepEqual([...new Set(state.reasons.map(({ code }) => code))], ['MODEL_ABSENT']);
    assert.equal(await agent.metric('launchpad_agent_degraded'), 1);
  });

  it('starts without the address of a model that has a default one, and asks there', async (t) => {
    const agent = await start(t, makeProject(t, { character: character(['@elizaos/plugin-sql', '@elizaos/plugin-ollama', '@elizaos/plugin-bootstrap']) }));
    const { reasons } = await agent.ready();
    // Whether an Ollama answers here depends on the machine.
    assert.ok(reasons.every(({ code, message }) => code !== 'MODEL_KEY_MISSING' && message.includes('localhost:11434')), JSON.stringify(reasons));
  });
});

describe('the end of an agent', () => {
  it('comes with its launcher, as long as that has not accepted it', async (t) => {
    const model = await startEchoModel(t);
    const agent = await start(t, makeProject(t), { ...model.env, LAUNCHPAD_PARENT: 'stdin' }, { stdin: 'pipe' });
    await agent.ready();
    agent.child.stdin.end();
    assert.equal((await agent.exit).code, 0);
    assert.match(agent.output, /the launcher is gone/);
  });

  for (const ms of [0, 150, 600, 1500, 2500]) {
    it(`comes with its launcher ${ms} ms after the start, and the database can be opened again`, async (t) => {
      const model = await startEchoModel(t);
      const directory = makeProject(t);
      const orphan = await start(t, directory, { ...model.env, LAUNCHPAD_PARENT: 'stdin' }, { stdin: 'pipe' });
      setTimeout(() => orphan.child.stdin.end(), ms);
      assert.equal((await orphan.exit).code, 0, orphan.output);
      const next = await start(t, directory, model.env);
      await next.ready();
      assert.equal((await next.chat('again')).text, 'You said: again');
    });
  }

  it('does not come with its launcher once it was accepted', async (t) => {
    const model = await startEchoModel(t);
    const agent = await start(t, makeProject(t), { ...model.env, LAUNCHPAD_PARENT: 'stdin' }, { stdin: 'pipe' });
    agent.child.stdin.write('accep');
    agent.child.stdin.end('ted\n');
    await agent.ready();
    assert.equal((await agent.chat('still here')).text, 'You said: still here');
    assert.equal((await agent.stop()).code, 0);
  });

  it('waits for an open request, then ends with 0', async (t) => {
    const slow = installTestPlugin('plugin-slow', `
      export default { name: 'slow', description: 'a slow route', actions: [], routes: [
        { type: 'GET', path: '/wait', name: 'wait', public: true, handler: (req, res) => { process.stdout.write('asked\\n'); setTimeout(() => res.json({ waited: true }), Number(req.query.ms)); } },
      ] };`);
    const agent = await start(t, makeProject(t, { character: character(['@elizaos/plugin-sql', '@elizaos/plugin-bootstrap', slow]) }));
    await agent.ready();
    const open = agent.get('/slow/wait?ms=1500');
    await agent.until(async () => agent.output.includes('asked'));
    const end = agent.stop();
    assert.deepEqual((await open).json, { waited: true });
    assert.equal((await end).code, 0);
  });

  it('comes at once with a second signal', async (t) => {
    const slow = installTestPlugin('plugin-slow', `
      export default { name: 'slow', description: 'a slow route', actions: [], routes: [
        { type: 'GET', path: '/wait', name: 'wait', public: true, handler: (req, res) => { process.stdout.write('asked\\n'); setTimeout(() => res.json({ waited: true }), Number(req.query.ms)); } },
      ] };`);
    const agent = await start(t, makeProject(t, { character: character(['@elizaos/plugin-sql', '@elizaos/plugin-bootstrap', slow]) }));
    await agent.ready();
    agent.get('/slow/wait?ms=20000').catch(() => {});
    await agent.until(async () => agent.output.includes('asked'));
    agent.child.kill('SIGTERM');
    await agent.until(async () => agent.output.includes('"stopping"'));
    agent.child.kill('SIGTERM');
    assert.equal((await agent.exit).code, 143);
  });

  it('comes by an uncaught exception, which the stock server swallows', async (t) => {
    const model = await startEchoModel(t);
    const name = installTestPlugin('plugin-explodes', `
      export default { name: 'explodes', description: 'throws later', actions: [], routes: [
        { type: 'GET', path: '/now', name: 'now', public: true, handler: (req, res) => { res.json({}); setTimeout(() => { throw new Error('thrown by nobody'); }, 10); } },
        { type: 'GET', path: '/reject', name: 'reject', public: true, handler: (req, res) => { res.json({}); Promise.reject(new Error('rejected by nobody')); } },
      ] };`);
    const agent = await start(t, makeProject(t, { character: character([...OPENAI, name]) }), model.env);
    await agent.ready();
    await agent.get('/explodes/reject');
    await agent.until(async () => agent.output.includes('unhandledRejection'));
    assert.equal(await agent.metric('launchpad_agent_unhandled_rejections_total'), 1);
    assert.equal((await agent.chat('alive')).text, 'You said: alive', 'a rejection is noted, not fatal');
    await agent.get('/explodes/now');
    assert.equal((await agent.exit).code, 1);
    assert.equal(agent.lastLine.code, 'UNCAUGHT');
    assert.match(agent.lastLine.message, /thrown by nobody/);
  });
});

describe('the embedded database', () => {
  it('belongs to one process', async (t) => {
    const model = await startEchoModel(t);
    const directory = makeProject(t);
    const first = await start(t, directory, model.env);
    await first.ready();
    const second = await start(t, directory, model.env);
    assert.equal((await second.exit).code, 1);
    assert.equal(second.lastLine.code, 'DATA_DIR_IN_USE');
    assert.match(second.lastLine.message, new RegExp(`process ${first.child.pid} `));
    assert.equal((await first.chat('mine')).text, 'You said: mine');
  });

  it('is made by PGlite where none was prepared, and copied where one was', async (t) => {
    const model = await startEchoModel(t);
    // The first eight bytes name the database cluster: PostgreSQL draws them when it makes one.
    const cluster = (directory) => readFileSync(join(directory, 'global/pg_control')).subarray(0, 8).toString('hex');
    const [copied, made] = [true, false].map((prepared) => makeProject(t, { prepared }));
    for (const directory of [copied, made]) {
      const agent = await start(t, directory, model.env);
      await agent.ready();
      await agent.stop();
    }
    assert.equal(cluster(join(copied, 'data/.elizadb')), cluster(join(copied, 'empty-database/data')));
    assert.notEqual(cluster(join(made, 'data/.elizadb')), cluster(join(copied, 'empty-database/data')));
    assert.deepEqual(await tables(join(copied, 'data/.elizadb')), await tables(join(made, 'data/.elizadb')));
  });

  it('can be opened at once after kill -9', async (t) => {
    const model = await startEchoModel(t);
    const directory = makeProject(t);
    const first = await start(t, directory, model.env);
    await first.ready();
    await first.chat('before');
    await first.stop('SIGKILL');
    const second = await start(t, directory, model.env);
    await second.ready();
    assert.equal((await second.chat('after')).text, 'You said: after');
  });
});

describe('the log file', () => {
  it('is rotated in place without losing a line', async (t) => {
    const model = await startEchoModel(t);
    const lines = 4000;
    const name = installTestPlugin('plugin-talks', `
      export default { name: 'talks', description: 'prints many lines', actions: [], init: async () => {
        for (let i = 0; i < ${lines}; i++) (i % 2 ? console.error : console.log)('line-' + String(i).padStart(6, '0') + ' ' + 'x'.repeat(60));
      } };`);
    const directory = makeProject(t, { character: character([...OPENAI, name]) });
    const log = join(directory, 'agent.log');
    const env = { ...model.env, LAUNCHPAD_LOG_FILE: log, LAUNCHPAD_LOG_MAX_BYTES: '65536', LAUNCHPAD_LOG_KEEP: '9' };
    const agent = await start(t, directory, env, { log });
    await agent.ready();
    await agent.stop();
    const files = [9, 8, 7, 6, 5, 4, 3, 2, 1].map((n) => `${log}.${n}`).concat(log).filter(existsSync);
    assert.ok(files.length >= 5, String(files.length));
    for (const file of files) assert.ok(statSync(file).size <= 65536, `${file} ${statSync(file).size}`);
    const seen = files.flatMap((file) => readFileSync(file, 'utf8').match(/line-\d{6}/g) ?? []);
    assert.deepEqual(seen, Array.from({ length: lines }, (_, i) => `line-${String(i).padStart(6, '0')}`));
  });

  it('keeps as many files as asked', async (t) => {
    const directory = makeProject(t, { character: '{' });
    const log = join(directory, 'agent.log');
    writeFileSync(log, 'x'.repeat(2000));
    const agent = await start(t, directory, { LAUNCHPAD_LOG_FILE: log, LAUNCHPAD_LOG_MAX_BYTES: '1024', LAUNCHPAD_LOG_KEEP: '1' }, { log });
    assert.equal((await agent.exit).code, 1);
    assert.deepEqual(readdirSync(directory).filter((name) => name.startsWith('agent.log.')), []);
  });
});

describe('a machine that others use too', () => {
  it('a .env file of a parent folder is not read', async (t) => {
    const model = await startEchoModel(t);
    const directory = makeProject(t);
    const { mkdirSync, renameSync } = await import('node:fs');
    const inner = join(directory, 'agents/ada');
    mkdirSync(inner, { recursive: true });
    for (const name of ['runner', 'node_modules', 'package.json', 'character.json']) renameSync(join(directory, name), join(inner, name));
    writeFileSync(join(directory, '.env'), 'OF_THE_PARENT=seen\nPOSTGRES_URL=postgresql://nobody:nothing@127.0.0.1:1/none\n');
    const name = installTestPlugin('plugin-env', `
      export default { name: 'env', description: 'shows a variable', actions: [], routes: [
        { type: 'GET', path: '/show', name: 'show', public: true, handler: (req, res) => res.json({ value: process.env.OF_THE_PARENT ?? null }) } ] };`);
    writeFileSync(join(inner, 'character.json'), JSON.stringify(character([...OPENAI, name])));
    const agent = await start(t, inner, model.env);
    assert.equal((await agent.ready()).database.kind, 'pglite');
    assert.deepEqual((await agent.get('/env/show')).json, { value: null });
  });
});

if (process.platform === 'linux') {
  it('the lock is judged by the start of the process, not by its number', () => {
    // proc(5) is the source of the start time; this fails where a container hides it
    assert.match(execFileSync('cat', ['/proc/self/stat'], { encoding: 'utf8' }), /^\d+ \(.*\) [A-Z] /);
  });
}

/** Every column and index of a database that nobody has open. */
async function tables(directory) {
  const { PGlite } = createRequire(join(modules(), 'package.json'))('@electric-sql/pglite');
  const database = await PGlite.create({ dataDir: directory });
  try {
    const columns = await database.query("SELECT table_schema, table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, 3");
    const indexes = await database.query("SELECT indexdef FROM pg_indexes WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1");
    assert.ok(columns.rows.length > 100, `${columns.rows.length} columns`);
    return [...columns.rows, ...indexes.rows];
  } finally {
    await database.close();
  }
}
