// Stands in for the real runner in tests: the same environment, pipe, endpoints and last words, without ElizaOS.
// behaviour.json in the project directory says how it behaves.

import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const how = existsSync('behaviour.json') ? JSON.parse(readFileSync('behaviour.json', 'utf8')) : {};
const data = process.env.ELIZA_DATA_DIR;
const line = (fields) => process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level: 'info', ...fields })}\n`);
const fail = (code, message, fix) => {
  process.stderr.write(`${JSON.stringify({ launchpad: 'failed', code, message, fix })}\n`);
  process.exit(1);
};

/** Goes on once that file exists, so that a test says when. */
const when = (file, go) => (existsSync(file) ? go() : setTimeout(when, 20, file, go));

let accepted = false;
const stop = (reason) => {
  line({ launchpad: 'stopping', reason });
  rmSync(join(data, '.elizadb.lock'), { force: true });
  process.exit(0);
};
if (process.env.LAUNCHPAD_PARENT === 'stdin') {
  process.stdin.setEncoding('utf8').on('data', (text) => (accepted ||= text.includes('accepted')));
  process.stdin.on('end', () => accepted || stop('the launcher is gone'));
}
let signals = 0;
process.on('SIGTERM', () => {
  line({ message: `SIGTERM ${++signals}` });
  if (how.deaf) return;
  if (how.endsAfterMs && signals === 1) setTimeout(stop, how.endsAfterMs, 'SIGTERM');
  else if (how.endsWhen && signals === 1) when(how.endsWhen, () => stop('SIGTERM'));
  else stop('SIGTERM');
});
process.on('SIGINT', () => stop('SIGINT'));

if (how.fail) fail(...how.fail);
if (how.sayThenDie) {
  console.log(how.sayThenDie.replace('$SECRET', process.env.TEST_SECRET));
  process.exit(7);
}
if (how.killed) process.kill(process.pid, 'SIGKILL');
if (how.child) spawn('sleep', ['600'], { stdio: 'ignore' });
if (how.database) {
  mkdirSync(join(data, '.elizadb'), { recursive: true });
  appendFileSync(join(data, '.elizadb', 'rows'), `${how.database}\n`);
  writeFileSync(join(data, '.elizadb.lock'), JSON.stringify({ pid: process.pid }));
}

let sent = 0;
let ready = !how.readyAfterMs;
setTimeout(() => (ready = !how.never), how.readyAfterMs ?? 0);
if (how.never) ready = false;
const answers = {
  '/livez': () => [200, { status: 'alive' }],
  '/readyz': () => [
    ready ? 200 : 503,
    { status: ready ? how.status ?? 'ready' : 'starting', pid: how.pid ?? process.pid, reasons: ready ? how.reasons ?? [] : [{ code: 'STARTING', message: 'not yet' }] },
  ],
  '/env': () => [200, process.env],
  '/args': () => [200, { argv: process.argv, exec: process.execArgv, cwd: process.cwd() }],
  '/sent': () => [200, { sent }],
  '/lines/asked': () => [200, { asked }],
  '/lines/more': () => [200, { more: more() }],
};
// An answer that is not all there at once, cut within a character; its end comes when somebody asks for more of it.
let asked = 0;
let more = () => {};
function lines(res, fault) {
  asked++;
  const first = Buffer.from('data: größer ✓ 😀\n');
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  if (fault === 'endless') return void res.write('x'.repeat((16 << 20) + 1));
  res.write(first.subarray(0, -3));
  setImmediate(() => res.write(first.subarray(-3), () => fault === 'break' && res.destroy()));
  more = () => void res.end('data: more\r\n\ndata: last');
}
const server = createServer((req, res) => {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
    const path = req.url.split('?')[0];
    if (path === '/never') return void sent++;
    if (path === '/break') return sent++, req.socket.destroy();
    if (path === '/echo') return res.end(JSON.stringify({ method: req.method, url: req.url, key: req.headers['x-api-key'], body: Buffer.concat(chunks).toString() }));
    if (path === '/lines') return lines(res, req.url.split('?')[1]);
    const [status, body] = answers[path]?.() ?? [404, { error: 'not here' }];
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
});
server.on('error', (error) => fail(error.code === 'EADDRINUSE' ? 'PORT_IN_USE' : 'PORT_UNUSABLE', `${error.message}`, 'stop the other program.'));
const begin = () => server.listen(Number(process.env.SERVER_PORT), process.env.SERVER_HOST, () => {
  line({ launchpad: 'started', port: process.env.SERVER_PORT });
  for (const text of how.say ?? []) console.log(text);
  if (how.dieAfterMs) setTimeout(() => fail('UNCAUGHT', 'It broke later.', 'mend it.'), how.dieAfterMs);
});
if (how.listenWhen) when(how.listenWhen, begin);
else begin();
