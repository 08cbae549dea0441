// The ways in which agents break, what the stock server says of each, and what the runner says.
//
//   node broken-states.mjs [FILE]    measures both and writes the table (default: docs/broken-states.md)

import { createServer, connect } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { character, freePort, installTestPlugin, makeProject, OPENAI, POSTGRES, start, startEchoModel, startStock } from './harness.mjs';

/** The runner must name each state within this time. */
export const LIMIT_MS = 10_000;

/** The same on a machine whose processors are shared: each second of work takes as many times longer. */
export const allowedMs = () => LIMIT_MS * Math.max(1, loadavg()[0] / cpus().length);

const listen = (handler) => new Promise((resolve) => {
  const server = createServer(handler).listen(0, '127.0.0.1', () => resolve({ port: server.address().port, close: () => server.close() }));
});

/** A TCP relay to a database, which can be cut like a cable. */
async function cable(t, url) {
  const target = new URL(url);
  const { hostname, port } = target;
  const sockets = new Set();
  const relay = await listen((socket) => {
    const other = connect(Number(port || 5432), hostname);
    for (const each of [socket, other]) {
      sockets.add(each);
      each.on('error', () => {}).on('close', () => [socket, other].forEach((s) => s.destroy()));
    }
    socket.pipe(other).pipe(socket);
  });
  const cut = () => {
    relay.close();
    sockets.forEach((socket) => socket.destroy());
  };
  t.after(cut);
  target.port = relay.port;
  return { url: target.href, cut };
}

/**
 * Each state: a name, the code by which the runner names it, and `prepare`, which returns what both servers are started
 * with. `during` breaks a running agent. A state with `ready` leaves the agent up: then /readyz names it.
 */
export const STATES = [
  {
    name: 'a plugin throws while it starts', code: 'PLUGIN_INIT_FAILED',
    prepare: async (t) => {
      const plugin = installTestPlugin('plugin-throws', `export default { name: 'throws', description: 'throws', actions: [], init: async () => { throw new Error('no licence file'); } };`);
      return { character: character([...OPENAI, plugin]), env: (await startEchoModel(t)).env };
    },
  },
  {
    name: 'a plugin is not installed', code: 'PLUGIN_MISSING',
    prepare: async (t) => ({ character: character([...OPENAI, '@elizaos/plugin-absent']), env: (await startEchoModel(t)).env }),
  },
  { name: 'the model key is missing', code: 'MODEL_KEY_MISSING', prepare: async () => ({ env: {} }) },
  {
    name: 'the model key is refused', code: 'MODEL_KEY_REJECTED', ready: true,
    prepare: async (t) => ({ env: (await startEchoModel(t, { ECHO_MODEL_API_KEY: 'sk-another-key' })).env }),
  },
  {
    name: 'the model is dead', code: 'MODEL_UNREACHABLE', ready: true,
    prepare: async () => ({ env: { OPENAI_API_KEY: 'sk-for-a-dead-model', OPENAI_BASE_URL: `http://127.0.0.1:${await freePort()}/v1` } }),
  },
  {
    name: 'the model dies later', code: 'MODEL_CALL_FAILED', ready: true,
    prepare: async (t) => {
      const model = await startEchoModel(t);
      return { env: model.env, during: () => model.child.kill('SIGKILL') };
    },
  },
  {
    name: 'the database is dead', code: 'DATABASE_UNREACHABLE',
    prepare: async (t) => ({ env: { ...(await startEchoModel(t)).env, POSTGRES_URL: `postgresql://ada:secret-word@127.0.0.1:${await freePort()}/ada` } }),
  },
  {
    name: 'the database dies later', code: 'DATABASE_DOWN', unready: true, needs: POSTGRES,
    prepare: async (t) => {
      const { url, cut } = await cable(t, POSTGRES);
      return { env: { ...(await startEchoModel(t)).env, POSTGRES_URL: url }, during: cut };
    },
  },
  {
    name: 'the port is taken', code: 'PORT_IN_USE',
    prepare: async (t) => {
      const other = await listen(() => {});
      t.after(other.close);
      return { env: { ...(await startEchoModel(t)).env, SERVER_PORT: String(other.port) } };
    },
  },
  { name: 'the character has an unknown key', code: 'CHARACTER_INVALID', prepare: async (t) => ({ character: { ...character(), lore: ['old'] }, env: (await startEchoModel(t)).env }) },
  { name: 'the character is not JSON', code: 'CHARACTER_INVALID', prepare: async (t) => ({ character: '{"name": "Ada",', env: (await startEchoModel(t)).env }) },
  {
    name: 'two processes open one embedded database', code: 'DATA_DIR_IN_USE', twice: true,
    prepare: async (t) => ({ env: (await startEchoModel(t)).env }),
  },
  {
    name: 'an error is thrown that nobody catches', code: 'UNCAUGHT',
    prepare: async (t) => {
      const plugin = installTestPlugin('plugin-bursts', `export default { name: 'bursts', description: 'throws later', actions: [], init: async () => { setTimeout(() => { console.log('throwing now'); throw new Error('thrown in a timer'); }, Number(process.env.BURST_MS)); } };`);
      return { character: character([...OPENAI, plugin]), env: { ...(await startEchoModel(t)).env, BURST_MS: '4000' } };
    },
  },
  { name: 'the process was killed (kill -9) and starts again', code: 'ready', killed: true, ready: true, prepare: async (t) => ({ env: (await startEchoModel(t)).env }) },
];

/** What the runner says: {code, ms, words}. The time counts from the start, or from the moment of breaking. */
export async function measureRunner(t, state) {
  const { character: file, env, during } = await state.prepare(t);
  const directory = makeProject(t, { character: file });
  if (state.twice || state.killed) {
    const first = await start(t, directory, env);
    await first.ready();
    if (state.killed) await first.stop('SIGKILL');
  }
  const agent = await start(t, directory, env);
  if (!state.ready && !state.unready) {
    const { ms } = await agent.exit;
    return { code: agent.lastLine.code, ms: ms - (agent.firstSaid('throwing now') ?? 0), words: agent.lastLine.message, line: agent.lastLine, exit: agent.ended.code };
  }
  await agent.ready();
  let from = agent.began;
  if (during) {
    await agent.chat('before');
    from = performance.now();
    during();
    if (!state.unready) await agent.chat('is anybody there');
  }
  const named = await agent.until(async () => {
    const { status, json } = (await agent.get('/readyz').catch(() => undefined)) ?? {}; // a process that ended is told by until()
    if (!json) return undefined;
    if (state.code === 'ready') return json.status === 'ready' && (await agent.chat('again')).status === 201 && { code: 'ready', message: 'ready, and it answers' };
    return (status === 503) === Boolean(state.unready) && json.reasons.find(({ code }) => code === state.code);
  }, 30_000);
  const printed = during ? undefined : agent.firstSaid(`"code":"${state.code}"`); // before /readyz can be asked
  return { code: named.code, ms: printed ?? performance.now() - from, words: named.message };
}

/**
 * The same, and what was `allowed`; measured once more where it took longer, since one stall of the machine says nothing of
 * the runner. Then the second counts, and `before` is how long the first took.
 */
export async function judgedRunner(state) {
  const measured = () => scope(async (t) => ({ ...(await measureRunner(t, state)), allowed: allowedMs() }));
  const first = await measured();
  if (first.code !== state.code || first.ms <= first.allowed) return first;
  return { ...(await measured()), before: first.ms };
}

/** What the stock server says of the same state, after at most the same time. */
export async function measureStock(t, state) {
  const { character: file, env, during } = await state.prepare(t);
  const directory = makeProject(t, { character: file });
  if (state.twice || state.killed) {
    const first = await startStock(t, directory, env);
    await serves(first);
    await sleep(3000);
    if (state.killed) await first.stop('SIGKILL');
  }
  const agent = await startStock(t, directory, env);
  await Promise.race([agent.exit, serves(agent).then(() => sleep(5000))]);
  if (!agent.ended && during) {
    await agent.chat('before').catch(() => {});
    during();
    await sleep(3000);
  }
  if (agent.ended) return { words: `ends with ${agent.ended.code ?? agent.ended.signal} after ${seconds(agent.ended.ms)}: ${lastError(agent.output)}` };
  const port = listeningPort(agent);
  if (port !== agent.port) agent.url = `http://127.0.0.1:${port}`;
  const healthz = await agent.get('/healthz').catch(() => ({ status: 'no answer' }));
  const health = await agent.get('/health').catch(() => ({ status: 'no answer' }));
  const reply = await agent.chat('hello').catch(() => ({ status: 'no answer' }));
  const moved = port === agent.port ? '' : ` on port ${port} instead of ${agent.port}`;
  return { words: `stays up${moved}; /healthz ${healthz.status}, /health ${health.status}; a message ${reply.text ? 'gets an answer' : typeof reply.status === 'number' ? `gets HTTP ${reply.status}` : `finds ${reply.status}`}` };
}

const listeningPort = (agent) => Number([...agent.output.matchAll(/listening on port (\d+)/g)].pop()?.[1] ?? agent.port);

async function serves(agent) {
  while (!agent.ended && !/listening on port/.test(agent.output)) await sleep(100);
}

function lastError(output) {
  const lines = output.split('\n').map((line) => line.replace(/\u001b\[[0-9;]*m/g, '').trim());
  const found = lines.filter((line) => /error|failed|invalid|cannot/i.test(line) && !line.startsWith('at ')).pop() ?? lines.filter(Boolean).pop() ?? '';
  return short(found.replace(/^.*?(Error: )/, '$1'));
}

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
const short = (text) => (text.length > 160 ? `${text.slice(0, 160)}…` : text);
const cell = (text) => short(text.replaceAll('|', '\\|').replaceAll('\n', ' ').replace(/\/\S*launchpad-agent-\w+/g, '…').replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT').replace(/process \d+/g, 'process PID').replace(/port \d+/g, 'port N').replace(/ on [\w.-]+\.$/, ' on this host.'));

/** A `t` for use outside of the test runner. */
async function scope(work) {
  const cleanups = [];
  try {
    return await work({ after: (each) => cleanups.push(each) });
  } finally {
    for (const each of cleanups.reverse()) await each();
  }
}

async function main(file) {
  const rows = [];
  for (const state of STATES) {
    if ('needs' in state && !state.needs) throw new Error(`"${state.name}" needs LAUNCHPAD_TEST_POSTGRES`);
    const stock = await scope((t) => measureStock(t, state));
    const ours = await judgedRunner(state);
    if (ours.code !== state.code || ours.ms > ours.allowed) throw new Error(`${state.name}: ${JSON.stringify(ours)}`);
    const how = state.code === 'ready' ? `ready after ${seconds(ours.ms)}` : `\`${ours.code}\` after ${seconds(ours.ms)}: ${cell(ours.words)}`;
    rows.push(`| ${state.name} | ${cell(stock.words)} | ${how} |`);
    console.log(rows.at(-1));
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `# What is said when an agent breaks

Measured by \`launchpad-core/src/test/node/broken-states.mjs\`, which writes this page; the test beside it checks that the
runner names every state within ${LIMIT_MS / 1000} seconds. Where the runner gives a code after a start, the process ended with exit
code 1 and this line last on its standard error; codes of a running agent stand in its log and in the answer of \`/readyz\`.
Times count from the start of the process or from the moment of breaking. This run: ${cpus().length} processors, load average ${loadavg()[2].toFixed(0)}; the
test allows as many times ${LIMIT_MS / 1000} seconds as the processors are overbooked, and measures once more what took longer.

| what is broken | the stock server (ElizaOS 1.7.2) | the runner |
|---|---|---|
${rows.join('\n')}
`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../../../../docs/broken-states.md'));
  process.exit(0);
}
