// The runner's parts without ElizaOS: fast.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { closeSync, existsSync, lstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { checkDatabase, checkPort, checkWritable } from '../../main/resources/io/agentlaunchpad/project/runner/checks.js';
import { readCharacterFile } from '../../main/resources/io/agentlaunchpad/project/runner/character.js';
import { beginWithPrepared } from '../../main/resources/io/agentlaunchpad/project/runner/database.js';
import { reasonOf, report, StartFailure } from '../../main/resources/io/agentlaunchpad/project/runner/failure.js';
import { takeDirectory } from '../../main/resources/io/agentlaunchpad/project/runner/lock.js';
import { createMask } from '../../main/resources/io/agentlaunchpad/project/runner/log.js';
import { Metrics } from '../../main/resources/io/agentlaunchpad/project/runner/metrics.js';
import { isMissingKey, ModelWatch, requireModelKeys } from '../../main/resources/io/agentlaunchpad/project/runner/models.js';
import { createServer } from '../../main/resources/io/agentlaunchpad/project/runner/server.js';
import { readSettings, secretValues } from '../../main/resources/io/agentlaunchpad/project/runner/settings.js';
import { endStreams, rememberAnswer } from '../../main/resources/io/agentlaunchpad/project/runner/streams.js';
import { freePort, RESOURCES, Started } from './harness.mjs';

const temporary = (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'launchpad-unit-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};
const code = (expected) => (error) => error instanceof StartFailure && error.code === expected && error.fix.length > 10;

describe('a secret', () => {
  it('is hidden as it is, inside JSON, inside JSON inside JSON, and inside a URL', () => {
    const secret = 'pa"ss\\wo\nrd/+';
    const mask = createMask([secret]);
    for (const text of [secret, JSON.stringify({ a: secret }), JSON.stringify(JSON.stringify({ a: secret })), encodeURIComponent(secret)]) {
      const masked = mask(`before ${text} after`);
      assert.match(masked, /^before .*\*\*\*.* after$/s);
      assert.ok(!masked.includes('wo'), masked);
    }
  });

  it('is hidden before a long message is cut in it, also where it holds white space', (t) => {
    const key = JSON.stringify({ type: 'service_account', private_key: 'word '.repeat(300) }, null, 2);
    const { stderr } = spawnSync(process.execPath, [join(RESOURCES, 'runner')], {
      cwd: temporary(t), encoding: 'utf8', env: { PATH: process.env.PATH, LAUNCHPAD_SECRETS: 'SERVER_PORT', SERVER_PORT: key },
    });
    assert.equal(JSON.parse(stderr.trimEnd().split('\n').pop()).message, 'SERVER_PORT is "***".');
  });

  it('is hidden whole when another one begins like it', () => {
    assert.equal(createMask(['abcd', 'abcdefgh'])('x abcdefgh abcd'), 'x *** ***');
  });

  it('is hidden without the white space around it, on one line, and line by line', () => {
    const mask = createMask(['sk-live-firsthalf\nsecondhalf0123\n', 'pin\n\n']);
    assert.equal(mask('refused sk-live-firsthalf\nsecondhalf0123, said he'), 'refused ***, said he');
    assert.equal(mask(reasonOf(new Error('"Bearer sk-live-firsthalf\nsecondhalf0123" is invalid'))), '"Bearer ***" is invalid');
    assert.equal(mask('half a key: secondhalf0123'), 'half a key: ***');
    assert.equal(mask('a pin is a word'), 'a pin is a word');
  });

  it('is hidden as a whole where it is JSON, whose lines stand in many documents', () => {
    const key = JSON.stringify({ type: 'service_account', private: true, private_key: 'MIIEvQIBADANBgkq' }, null, 2);
    const mask = createMask([key]);
    assert.equal(mask(`key ${key}`), 'key ***');
    assert.equal(mask('"private": true,'), '"private": true,');
  });

  it('is hidden line by line where it is a key in PEM, but for what frames every key', () => {
    const mask = createMask(['-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nkiG9w0BA\n-----END PRIVATE KEY-----\n']);
    assert.equal(mask('-----BEGIN PRIVATE KEY-----\nanother\nMIIEvQIBADANBgkq'), '-----BEGIN PRIVATE KEY-----\nanother\n***');
  });

  it('is hidden when it is as long as may be', () => {
    const lines = Array.from({ length: 1000 }, (_, n) => createHash('sha256').update(`${n}`).digest('hex'));
    assert.equal(createMask([lines.join('\n')])(`a ${lines[999]} b`), 'a *** b');
  });

  it('is found by the list, by its name, and inside a URL', () => {
    const found = secretValues({
      LAUNCHPAD_SECRETS: 'MINE, SHORT', MINE: 'mine', SHORT: 'ab', OPENAI_API_KEY: 'sk-12345678', MAX_OUTPUT_TOKENS: '12345678',
      POSTGRES_URL: 'postgresql://ada:p%40ssword@db:5432/x', OTHER_URL: 'redis://:x@h', HARMLESS: 'harmless-value', KEY_FILE: process.execPath,
    });
    assert.deepEqual(new Set(found), new Set(['mine', 'sk-12345678', 'p%40ssword', 'p@ssword']));
  });

  it('changes nothing where there is none', () => assert.equal(createMask([])('text'), 'text'));
});

describe('a prepared database', () => {
  const sum = (text) => createHash('sha256').update(text).digest('hex');
  const write = (file, text) => (mkdirSync(dirname(file), { recursive: true }), writeFileSync(file, text));
  const prepare = (at) => {
    write(join(at, 'prepared/data/PG_VERSION'), 'new');
    write(join(at, 'prepared/data/base/1'), 'table');
    mkdirSync(join(at, 'prepared/data/pg_notify')); // PostgreSQL needs its empty directories too
    write(join(at, 'prepared/SHA256SUMS'), `${sum('new')}  data/PG_VERSION\n${sum('table')}  data/base/1\n`);
    return join(at, 'prepared');
  };
  const assertCopied = (directory) => {
    assert.deepEqual(readdirSync(directory, { recursive: true }).sort(), ['PG_VERSION', 'base', 'base/1', 'pg_notify']);
    assert.ok(!existsSync(`${directory}.draft`));
  };
  const said = [];
  const log = { warn: ({ message }) => said.push(message) };

  it('is copied to where nothing is yet', (t) => {
    const at = temporary(t);
    const prepared = prepare(at);
    beginWithPrepared(join(at, 'absent'), log, prepared);
    assertCopied(join(at, 'absent'));
    mkdirSync(join(at, 'empty'));
    beginWithPrepared(join(at, 'empty'), log, prepared);
    assertCopied(join(at, 'empty'));
  });

  it('is copied, never linked, where a link leads to it', (t) => {
    const at = temporary(t);
    symlinkSync(prepare(at), join(at, 'link'));
    beginWithPrepared(join(at, 'data'), log, join(at, 'link'));
    assert.ok(!lstatSync(join(at, 'data')).isSymbolicLink());
    assertCopied(join(at, 'data'));
  });

  it('never replaces one that is in use', (t) => {
    const at = temporary(t);
    write(join(at, 'old/PG_VERSION'), 'old');
    beginWithPrepared(join(at, 'old'), log, prepare(at));
    assert.equal(readFileSync(join(at, 'old/PG_VERSION'), 'utf8'), 'old');
  });

  it('is copied again where a copy was cut short', (t) => {
    const at = temporary(t);
    write(join(at, 'data.draft/data/left'), '');
    beginWithPrepared(join(at, 'data'), log, prepare(at));
    assertCopied(join(at, 'data'));
  });

  for (const [damage, file, text] of [['cut short', 'data/base/1', 'ta'], ['changed', 'data/base/1', 'tabel'], ['without its sums', 'SHA256SUMS', '']]) {
    it(`that is ${damage} is not used, and the log says what to remove`, (t) => {
      const at = temporary(t);
      const prepared = prepare(at);
      writeFileSync(join(prepared, file), text);
      said.length = 0;
      beginWithPrepared(join(at, 'data'), log, prepared);
      assert.ok(!existsSync(join(at, 'data')) && !existsSync(join(at, 'data.draft')));
      assert.equal(said.length, 1);
      assert.ok(said[0].includes(`${file} is damaged. Remove ${at} `), said[0]);
    });
  }

  it('need not be there, and may be unreadable', (t) => {
    const at = temporary(t);
    said.length = 0;
    beginWithPrepared(join(at, 'data'), log, join(at, 'gone'));
    assert.deepEqual(said, []);
    write(join(at, 'file'), 'no folder');
    beginWithPrepared(join(at, 'file/data'), log, prepare(at));
    assert.ok(!existsSync(join(at, 'data')));
    assert.match(said[0], /^The prepared database was not used, PGlite makes one: ENOTDIR/);
  });
});

describe('a setting', () => {
  const env = { SERVER_PORT: '3000', SERVER_HOST: '127.0.0.1', ELIZA_DATA_DIR: '/d', PGLITE_DATA_DIR: '/d/.elizadb' };
  for (const port of ['0', '65536', '-1', 'abc', '3000.5', '1e9']) {
    it(`SERVER_PORT=${port} is refused`, () => assert.throws(() => readSettings({ ...env, SERVER_PORT: port }), code('SETTING_INVALID')));
  }
  for (const port of ['1', '65535']) {
    it(`SERVER_PORT=${port} is taken`, () => assert.equal(readSettings({ ...env, SERVER_PORT: port }).port, Number(port)));
  }
  it('LAUNCHPAD_LOG_MAX_BYTES=10 is refused', () => assert.throws(() => readSettings({ ...env, LAUNCHPAD_LOG_MAX_BYTES: '10' }), code('SETTING_INVALID')));
  it('LAUNCHPAD_SETTINGS tells an empty list from none', () => {
    assert.equal(readSettings(env).visible, undefined);
    assert.deepEqual(readSettings({ ...env, LAUNCHPAD_SETTINGS: '' }).visible, []);
    assert.deepEqual(readSettings({ ...env, LAUNCHPAD_SETTINGS: 'A, B,' }).visible, ['A', 'B']);
  });
});

describe('a failure', () => {
  const printed = (script, env = {}) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', `import { report, StartFailure } from ${JSON.stringify(join(RESOURCES, 'runner/failure.js'))}; ${script}`], { encoding: 'utf8', env: { PATH: process.env.PATH, ...env } }).stderr;

  it('is the last line, with code, message and fix, masked', () => {
    const line = printed(`report(new StartFailure('X', 'the secret word', 'do this', new Error('cause of secret')), (text) => text.replaceAll('secret', '***'), {})`);
    assert.ok(!line.includes('secret'));
    assert.deepEqual(JSON.parse(line.trimEnd().split('\n').pop()), { launchpad: 'failed', code: 'X', message: 'the *** word', fix: 'do this' });
  });

  it('stands in the termination log too, at most 4 KB of it', (t) => {
    const file = join(temporary(t), 'termination-log');
    printed(`report(new Error('日本'.repeat(5000)), (text) => text, process.env)`, { LAUNCHPAD_TERMINATION_LOG: file });
    assert.ok(statSync(file).size <= 4096);
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).code, 'UNCAUGHT');
  });

  it('does not mind a termination log that cannot be written', () => {
    assert.match(printed(`report(new Error('x'), (text) => text, process.env)`, { LAUNCHPAD_TERMINATION_LOG: '/nowhere/at/all' }), /UNCAUGHT/);
  });

  it('ends the process where nothing can be printed any more, and stands in the termination log', { skip: !existsSync('/dev/full') }, (t) => {
    const directory = temporary(t);
    const full = openSync('/dev/full', 'a');
    t.after(() => closeSync(full));
    const file = join(directory, 'termination-log');
    const { status, signal } = spawnSync(process.execPath, [join(RESOURCES, 'runner')], {
      cwd: directory, timeout: 60_000, stdio: ['ignore', full, full], env: { PATH: process.env.PATH, LAUNCHPAD_TERMINATION_LOG: file },
    });
    assert.deepEqual({ status, signal }, { status: 1, signal: null });
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).code, 'CHARACTER_INVALID');
  });

  it('is the last line for a reader that was slow, behind all that was printed before', async (t) => {
    const directory = temporary(t);
    writeFileSync(join(directory, 'character.json'), '{}');
    writeFileSync(join(directory, 'prints.mjs'), `process.stderr.write('x'.repeat(2_000_000) + '\\n'); process.stderr.write('written');`);
    const child = spawn(process.execPath, ['--import', './prints.mjs', join(RESOURCES, 'runner')], {
      cwd: directory, stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env.PATH },
    });
    t.after(() => child.kill('SIGKILL'));
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.once('data', () => setTimeout(() => child.stderr.resume(), 500) && child.stderr.pause());
    assert.deepEqual(await once(child, 'close'), [1, null]);
    assert.match(output, /^x{2000000}\nwritten/);
    assert.equal(JSON.parse(output.trimEnd().split('\n').pop()).launchpad, 'failed');
  });

  it('is found by these tests when standard output is read later', async () => {
    const child = Object.assign(new EventEmitter(), { stdout: new PassThrough(), stderr: new PassThrough() });
    const started = new Started(child, 1, '.');
    child.stderr.write('{"code":"UNCAUGHT"}\n');
    child.stdout.write('stopping\n');
    await started.until(() => started.output.includes('stopping'));
    assert.equal(started.lastLine.code, 'UNCAUGHT');
  });

  it('tells the innermost reason', () => {
    const system = Object.assign(new Error('connect ECONNREFUSED 1.2.3.4:5'), { code: 'ECONNREFUSED' });
    assert.equal(reasonOf(new Error('outer', { cause: new AggregateError([system], '') })), 'connect ECONNREFUSED 1.2.3.4:5');
    assert.equal(reasonOf('a string'), 'a string');
    assert.equal(reasonOf(undefined), 'unknown error');
    assert.ok(reasonOf(new Error('x'.repeat(10_000))).length < 1000);
    assert.equal(typeof report, 'function');
  });
});

describe('the lock of the embedded database', () => {
  const never = () => assert.fail('lost');

  it('is refused while its owner lives', async (t) => {
    const directory = join(temporary(t), 'db');
    const release = await takeDirectory(directory, never);
    await assert.rejects(takeDirectory(directory, never), code('DATA_DIR_IN_USE'));
    release();
    (await takeDirectory(directory, never))();
    assert.ok(!existsSync(`${directory}.lock`));
  });

  it('is taken over from a process that is gone, and from one whose number was given to another', async (t) => {
    const directory = join(temporary(t), 'db');
    const release = await takeDirectory(directory, never);
    const owner = JSON.parse(readFileSync(`${directory}.lock`, 'utf8'));
    release();
    for (const dead of [{ ...owner, token: 'a', pid: 2 ** 22 + 1 }, { ...owner, token: 'b', started: '1' }]) {
      writeFileSync(`${directory}.lock`, JSON.stringify(dead));
      const from = performance.now();
      (await takeDirectory(directory, never, 60_000))();
      assert.ok(performance.now() - from < 30_000, 'judged without watching, which would take a minute');
    }
  });

  it('is taken over when its file is empty or broken', async (t) => {
    const directory = join(temporary(t), 'db');
    for (const text of ['', '{"token"', '[]']) {
      writeFileSync(`${directory}.lock`, text);
      (await takeDirectory(directory, never))();
    }
  });

  it('of another container is taken over when nobody touches it, and refused when somebody does', async (t) => {
    const directory = join(temporary(t), 'db');
    const elsewhere = JSON.stringify({ token: 'x', pid: 1, started: '1', space: 'another', host: 'pod-1' });
    writeFileSync(`${directory}.lock`, elsewhere);
    (await takeDirectory(directory, never, 400))();

    writeFileSync(`${directory}.lock`, elsewhere);
    const beat = setInterval(() => utimesSync(`${directory}.lock`, new Date(), new Date()), 50);
    t.after(() => clearInterval(beat));
    await assert.rejects(takeDirectory(directory, never, 1000), (error) => code('DATA_DIR_IN_USE')(error) && error.message.includes('pod-1'));
  });

  it('goes to one of many who find it stale at the same moment', async (t) => {
    const directory = join(temporary(t), 'db');
    writeFileSync(`${directory}.lock`, JSON.stringify({ token: 'x', pid: 2 ** 22 + 1, started: '1', space: 'another' }));
    const takers = await Promise.allSettled(Array.from({ length: 8 }, () => takeDirectory(directory, () => {}, 200)));
    const winners = takers.filter(({ status }) => status === 'fulfilled');
    assert.equal(winners.length, 1);
    winners[0].value();
  });

  it('that was taken away is noticed by its owner', async (t) => {
    const directory = join(temporary(t), 'db');
    let release, alive;
    const error = await new Promise((lost) => {
      takeDirectory(directory, lost).then((give) => {
        release = give;
        writeFileSync(`${directory}.lock`, JSON.stringify({ token: 'thief', pid: 7, host: 'h' }));
        alive = setTimeout(() => {}, 60_000); // the watch itself keeps no process alive
      });
    });
    clearTimeout(alive);
    release();
    assert.ok(code('DATA_DIR_IN_USE')(error));
    assert.ok(existsSync(`${directory}.lock`), "the thief's lock is not ours to remove");
  });
});

describe('the checks before the start', () => {
  it('name a port that is taken or not ours', async (t) => {
    const { createServer: listen } = await import('node:net');
    const server = listen().listen(0, '127.0.0.1');
    await new Promise((go) => server.once('listening', go));
    t.after(() => server.close());
    await assert.rejects(checkPort('127.0.0.1', server.address().port), code('PORT_IN_USE'));
    await assert.rejects(checkPort('192.0.2.1', 3000), code('PORT_UNUSABLE'));
    await checkPort('127.0.0.1', await freePort());
  });

  it('name a data directory that cannot be written', (t) => {
    const directory = temporary(t);
    writeFileSync(join(directory, 'file'), '');
    assert.throws(() => checkWritable(join(directory, 'file/data')), code('DATA_DIR_UNWRITABLE'));
    mkdirSync(join(directory, 'ours'));
    checkWritable(join(directory, 'ours/new/data'));
  });

  it('name a database that does not answer, and never its password', async () => {
    for (const url of [`postgresql://u:hidden@127.0.0.1:${await freePort()}/x`, 'postgresql://u:hidden@no-such-host.invalid/x', 'postgresql://u:hidden@localhost/x?host=/nowhere']) {
      await assert.rejects(checkDatabase(url), (error) => code('DATABASE_UNREACHABLE')(error) && !error.message.includes('hidden'));
    }
    await assert.rejects(checkDatabase('not a url'), code('SETTING_INVALID'));
  });

  it('name a character that cannot be read', (t) => {
    const directory = temporary(t);
    const file = (name, content) => {
      writeFileSync(join(directory, name), content);
      return join(directory, name);
    };
    assert.throws(() => readCharacterFile(join(directory, 'absent.json')), code('CHARACTER_INVALID'));
    for (const content of ['', '{', '\uFEFF{}', Buffer.from([0xff, 0xfe, 0x7b])]) assert.throws(() => readCharacterFile(file('bad.json', content)), code('CHARACTER_INVALID'));
    for (const content of ['null', '[]', '"x"', '{"plugins": 5}', '{"plugins": [5, null]}']) assert.deepEqual(readCharacterFile(file('odd.json', content)).plugins, []);
  });
});

describe('a model key', () => {
  const file = { plugins: ['@elizaos/plugin-openai'], settings: {} };
  it('is required of each selected provider', () => {
    assert.throws(() => requireModelKeys(file, {}, new Set()), code('MODEL_KEY_MISSING'));
    assert.throws(() => requireModelKeys(file, { OPENAI_API_KEY: ' ' }, new Set()), code('MODEL_KEY_MISSING'));
  });
  it('may come from the environment or the character, or be waived', () => {
    requireModelKeys(file, { OPENAI_API_KEY: 'k' }, new Set());
    requireModelKeys({ ...file, settings: { OPENAI_API_KEY: 'k' } }, {}, new Set());
    requireModelKeys(file, {}, new Set(['OPENAI_API_KEY']));
    requireModelKeys({ plugins: [] }, {}, new Set());
  });
  it('that no HTTP header may hold is named by its variable and never shown', async () => {
    const said = [];
    const watch = new ModelWatch(file, { OPENAI_API_KEY: 'sk-live-firsthalf\nsecondhalf0123' }, { warn: (line) => said.push(line) });
    watch.begin();
    await watch.settled();
    assert.deepEqual(watch.reasons, [{ code: 'MODEL_KEY_REJECTED', message: 'The OPENAI_API_KEY of @elizaos/plugin-openai holds a line break or another character that no HTTP header may hold.' }]);
    assert.ok(!JSON.stringify(said).includes('half'));
  });
  it('that is an address may be missing: the default one is asked, as the plugin does', async (t) => {
    const ollama = { plugins: ['@elizaos/plugin-ollama'] };
    requireModelKeys(ollama, {}, new Set());
    const asked = t.mock.method(globalThis, 'fetch', async () => new Response('{}'));
    const watch = new ModelWatch(ollama, {}, { warn() {} });
    watch.begin();
    await watch.settled();
    assert.deepEqual(watch.reasons, []);
    assert.equal(asked.mock.calls[0].arguments[0], 'http://localhost:11434/api/tags');
  });
  it('is recognised in the words of a plugin', () => {
    assert.ok(isMissingKey('GOOGLE_GENERATIVE_AI_API_KEY is not set'));
    assert.ok(!isMissingKey('connect ECONNREFUSED'));
  });
});

describe('the stock server', () => {
  class AgentServer {
    constructor() {
      this.registerSignalHandlers();
    }
    registerSignalHandlers() {
      throw new Error('the stock signal handlers must stay off');
    }
    async initializeServer() {
      this.server = { timeout: 30_000, keepAliveTimeout: 5000 };
    }
  }
  const allowed = [];
  const create = () => createServer({ elizaos: { AgentServer, setAllowedEnvVars: (names) => allowed.push(names) }, settings: { host: 'h' }, values: {}, metrics: {}, log: {} });

  it('does not cut a slow reply, does not move to another port, and stores no environment', async () => {
    const server = create();
    await server.initializeServer({});
    assert.equal(server.server.timeout, 0);
    assert.throws(() => server.findAvailablePort(3001), (error) => code('PORT_IN_USE')(error) && error.message.includes('h:3000'));
    assert.deepEqual(allowed, [[]]);
  });
});

describe('a stream of a reply', () => {
  const listen = async (result, { type = 'text/event-stream', says = false } = {}) => {
    const runtime = { messageService: { handleMessage: async (self, message, callback) => {
      if (says) await callback({ text: 'here' });
      return result;
    } } };
    endStreams(runtime);
    const res = { ended: '', writableEnded: false, getHeader: () => type, end(text) { Object.assign(this, { ended: text, writableEnded: true }); } };
    await rememberAnswer({}, res, () => runtime.messageService.handleMessage(runtime, {}, async () => res.end('by the server'), {}));
    return res.ended;
  };

  it('in which nothing was said is ended, with what the agent would have said if it knows', async () => {
    assert.equal(await listen({ didRespond: false, responseContent: null }), 'event: error\ndata: {"error":"The agent gave no reply."}\n\n');
    assert.equal(await listen({ responseContent: { text: 'late' } }), 'event: done\ndata: {"text":"late"}\n\n');
  });

  it('that was ended, or an answer of another kind, is left alone', async () => {
    assert.equal(await listen({}, { says: true }), 'by the server');
    assert.equal(await listen({}, { type: 'application/json; charset=utf-8' }), '');
    assert.equal(await listen({}, { type: null }), '');
  });
});

describe('the metrics page', () => {
  it('has the form that Prometheus reads, with every label escaped', async () => {
    const metrics = new Metrics();
    const runtime = { messageService: { handleMessage: async () => ({ didRespond: true }) }, useModel: async (model) => { if (model === 'bad"\n\\') throw new Error('no'); } };
    metrics.observe(runtime);
    await runtime.messageService.handleMessage(runtime, {}, undefined, {});
    await runtime.useModel('TEXT_LARGE');
    await assert.rejects(runtime.useModel('bad"\n\\'));
    const text = metrics.text({ status: 'degraded', agents: [{}], database: { ok: true }, reasons: [{ code: 'A' }, { code: 'A' }, { code: 'B' }] });
    for (const line of text.trimEnd().split('\n')) {
      assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="([^"\\\n]|\\["\\n])*"(,[a-z_]+="([^"\\\n]|\\["\\n])*")*\})? \d[\d.e+-]*)$/);
    }
    assert.match(text, /launchpad_agent_reason\{code="A"\} 2\n/);
    assert.match(text, /launchpad_agent_messages_sent_total 1\n/);
    assert.match(text, /launchpad_agent_model_calls_total\{model="TEXT_LARGE",outcome="ok"\} 1\n/);
    assert.match(text, /launchpad_agent_ready 1\n/);
    assert.equal(metrics.failedModelCalls().length, 1);
  });
});
