// Starts the real runner, the stock server and the stand-in model for tests. Needs Node >= 20 and npm; nothing else.
//
//   LAUNCHPAD_TEST_MODULES   a node_modules folder with all plugins (default: installed once into the user's cache)
//   LAUNCHPAD_TEST_POSTGRES  URL of a PostgreSQL with pgvector, for the tests that need one

import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pruneLock } from './tools/prune-lock.mjs';

const here = dirname(fileURLToPath(import.meta.url));
export const RESOURCES = join(here, '../../main/resources/io/agentlaunchpad/project');
const ECHO_MODEL = join(here, '../../../../samples/echo-model/src/main/resources/io/agentlaunchpad/samples/echomodel/echo-model.mjs');

export const POSTGRES = process.env.LAUNCHPAD_TEST_POSTGRES;
export const PLUGINS = JSON.parse(readFileSync(join(RESOURCES, 'plugins.json'), 'utf8'));

/** package.json and package-lock.json for some plugins, in the slim or the full set. */
export function dependencyFiles(plugins, set = 'slim') {
  const version = Object.fromEntries(PLUGINS.plugins.map((plugin) => [plugin.name, plugin.version]));
  const dependencies = { ...PLUGINS.base, ...Object.fromEntries(plugins.map((name) => [name, version[name]])) };
  const root = { name: 'agent', version: '1.0.0', dependencies };
  const lock = JSON.parse(readFileSync(join(RESOURCES, 'locks/package-lock.json'), 'utf8'));
  return {
    'package.json': JSON.stringify({ ...root, private: true, type: 'module' }, null, 2),
    'package-lock.json': JSON.stringify(pruneLock(lock, root, set === 'slim' ? PLUGINS.unused : {}), null, 2),
  };
}

/** `npm ci` as the product runs it. */
export function npmCi(directory) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(npm, ['ci', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** All plugins of the table in the slim set, installed once per lock. */
export function modules() {
  if (process.env.LAUNCHPAD_TEST_MODULES) return process.env.LAUNCHPAD_TEST_MODULES;
  const files = dependencyFiles(PLUGINS.plugins.map(({ name }) => name));
  const key = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  const home = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'launchpad-test-modules', key);
  if (!existsSync(home)) {
    const draft = `${home}.${process.pid}`;
    mkdirSync(draft, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(draft, name), text);
    npmCi(draft);
    try {
      renameSync(draft, home);
    } catch {
      rmSync(draft, { recursive: true }); // another test process was faster
    }
  }
  return join(home, 'node_modules');
}

/** The prepared database of a local agent's project, made once as the product makes it. */
function emptyDatabase(folder) {
  const version = (name) => JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')).version;
  const made = join(tmpdir(), `launchpad-empty-database-3-${version('@electric-sql/pglite')}-${version('@elizaos/plugin-sql')}`);
  if (!existsSync(made)) {
    const draft = `${made}.${process.pid}`;
    execFileSync(process.execPath, [join(RESOURCES, 'empty-database.mjs'), folder, draft], { stdio: ['ignore', 'ignore', 'inherit'] });
    try {
      renameSync(draft, made);
    } catch {
      rmSync(draft, { recursive: true }); // another test process was faster
    }
  }
  return made;
}

/** Puts a plugin of our own beside the real ones, where ElizaOS looks for it. */
export function installTestPlugin(name, code) {
  const folder = join(modules(), '@launchpad-test', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: `@launchpad-test/${name}`, version: '1.0.0', type: 'module', main: 'index.js' }));
  writeFileSync(join(folder, 'index.js'), code);
  return `@launchpad-test/${name}`;
}

export const OPENAI = ['@elizaos/plugin-sql', '@elizaos/plugin-openai', '@elizaos/plugin-bootstrap'];

export const character = (plugins = OPENAI, more = {}) => ({ name: 'Ada', bio: ['Explains mathematics'], system: 'You are Ada.', plugins, ...more });

/** A project directory in a temporary folder, removed when the test ends; with a prepared database, as local agents have one. */
export function makeProject(t, { character: file = character(), modules: folder = modules(), prepared = true } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'launchpad-agent-'));
  t?.after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  cpSync(join(RESOURCES, 'runner'), join(directory, 'runner'), { recursive: true });
  symlinkSync(folder, join(directory, 'node_modules'));
  if (prepared) symlinkSync(emptyDatabase(folder), join(directory, 'empty-database'));
  writeFileSync(join(directory, 'package.json'), '{"name":"agent","version":"1.0.0","private":true,"type":"module"}');
  if (file !== undefined) writeFileSync(join(directory, 'character.json'), typeof file === 'string' ? file : JSON.stringify(file));
  writeFileSync(join(directory, 'stock.js'), STOCK);
  return directory;
}

/** The stock server, started the way its documentation shows. */
const STOCK = `import { AgentServer, loadCharacterTryPath } from '@elizaos/server';
const server = new AgentServer();
const character = await loadCharacterTryPath('character.json');
await server.start({ port: Number(process.env.SERVER_PORT), dataDir: process.env.PGLITE_DATA_DIR, postgresUrl: process.env.POSTGRES_URL, agents: [{ character }] });
`;

/** A port that nobody listens on, below those that the system gives to others meanwhile. */
export async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await new Promise((resolve) => {
      const server = createServer().once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

/** A started process: its output so far, its exit, and HTTP to it. */
export class Started {
  output = '';
  errors = '';
  heard = [];
  began = performance.now();

  constructor(child, port, directory) {
    Object.assign(this, { child, port, directory, url: `http://127.0.0.1:${port}` });
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => {
        this.output += text;
        if (stream === child.stderr) this.errors += text;
        this.heard.push({ at: performance.now(), text });
      });
    this.exit = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, ms: performance.now() - this.began })));
    this.exit.then((end) => (this.ended = end));
  }

  /** When a text was first printed, in milliseconds since the start. */
  firstSaid(text) {
    const first = this.heard.find((each) => each.text.includes(text));
    return first && first.at - this.began;
  }

  /** The last line of standard error as JSON; a busy machine may read standard output after it. */
  get lastLine() {
    return JSON.parse(this.errors.trimEnd().split('\n').pop());
  }

  async get(path, init) {
    const response = await fetch(this.url + path, { signal: AbortSignal.timeout(20_000), ...init });
    const text = await response.text();
    return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
  }

  /** Waits until /readyz answers 200; throws with the log when the process ends first. */
  async ready(ms = 90_000) {
    return this.until(async () => {
      const answer = await this.get('/readyz').catch(() => undefined);
      return answer?.status === 200 ? answer.json : undefined;
    }, ms);
  }

  async until(condition, ms = 60_000) {
    const deadline = performance.now() + ms;
    while (performance.now() < deadline) {
      if (this.ended) throw new Error(`The process ended: ${JSON.stringify(this.ended)}\n${this.output.slice(-4000)}`);
      const value = await condition();
      if (value) return value;
      await sleep(50);
    }
    throw new Error(`Not within ${ms} ms:\n${this.output.slice(-4000)}`);
  }

  /** One message through the sessions API; the reply's text, or the HTTP status and body when there is none. */
  async chat(content, headers = {}, transport = 'http') {
    const post = (path, body) => this.get(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body), signal: AbortSignal.timeout(60_000) });
    const agents = await this.get('/api/agents', { headers });
    const agentId = agents.json?.data?.agents?.[0]?.id;
    if (!agentId) return { status: 'no agent', body: agents.text };
    const session = await post('/api/messaging/sessions', { agentId, userId: '3fa85f64-5717-4562-b3fc-2c963f66afa6' });
    const reply = await post(`/api/messaging/sessions/${session.json.sessionId}/messages`, { content, transport });
    return { status: reply.status, text: reply.json?.agentResponse?.text, body: reply.text };
  }

  async metric(name) {
    const { text } = await this.get('/metrics');
    const line = text.split('\n').find((each) => each.startsWith(`${name} `) || each.startsWith(`${name}{`));
    return line === undefined ? undefined : Number(line.split(' ').pop());
  }

  async stop(signal = 'SIGTERM') {
    if (!this.ended) this.child.kill(signal);
    return this.exit;
  }
}

const BASE_ENV = Object.fromEntries(['PATH', 'HOME', 'TMPDIR', 'LANG'].filter((name) => process.env[name]).map((name) => [name, process.env[name]]));

/** Starts `node runner` (or another entry) in the project directory. */
export async function start(t, directory, env = {}, { entry = 'runner', stdin = 'ignore', log, uid } = {}) {
  const port = env.SERVER_PORT ?? (await freePort());
  const output = log ? openSync(log, 'a') : 'pipe';
  const child = spawn(process.execPath, [entry], {
    cwd: directory, uid, stdio: [stdin, output, output],
    env: { ...BASE_ENV, SERVER_PORT: String(port), ELIZA_DATA_DIR: join(directory, 'data'), ...env },
  });
  const started = new Started(child, port, directory);
  t?.after(() => started.stop('SIGKILL'));
  return started;
}

/** Starts the stock server with the same environment, its usual extras switched off. */
export const startStock = (t, directory, env = {}) =>
  start(t, directory, { SENTRY_DSN: 'off', ELIZA_UI_ENABLE: 'false', ELIZA_NO_AUTO_INSTALL: 'true', SERVER_HOST: '127.0.0.1', PGLITE_DATA_DIR: join(directory, 'stock-data/.elizadb'), ...env }, { entry: 'stock.js' });

/** Starts the stand-in model and returns the environment that points an agent at it. */
export async function startEchoModel(t, env = {}) {
  const child = spawn(process.execPath, [ECHO_MODEL], { env: { ...BASE_ENV, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  t?.after(() => child.kill('SIGKILL'));
  const line = await new Promise((resolve) => child.stdout.setEncoding('utf8').once('data', resolve));
  const { echoModel } = JSON.parse(line);
  return { child, url: echoModel, env: { OPENAI_API_KEY: 'sk-for-the-stand-in-model', OPENAI_BASE_URL: echoModel } };
}
