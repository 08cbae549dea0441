// A stand-in for an agent: the runner's endpoints and its failure line, and faults on demand.
// TINY: {"variant": n, "fail": [code, message, fix], "failOnce": [as fail], "exit": code, "exitAfterMillis": n, "eatMegabytes": n, "silent": true, "degraded": true}
import { createServer } from 'node:http';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const how = JSON.parse(process.env.TINY ?? '{}');
const say = (line) => console.log(JSON.stringify({ time: new Date().toISOString(), variant: how.variant, ...line }));

function fail([code, message, fix]) {
  const line = JSON.stringify({ launchpad: 'failed', code, message, fix });
  say({ msg: 'about to fail' });
  console.error(line);
  try {
    writeFileSync(process.env.LAUNCHPAD_TERMINATION_LOG, line);
  } catch {
    // Outside a pod there is no such file.
  }
  process.exit(1);
}

if (how.fail) fail(how.fail);
if (how.failOnce) {
  // The second run of the pod's container says nothing, and never gets ready.
  if (!existsSync('/data/failed')) {
    writeFileSync('/data/failed', '');
    fail(how.failOnce);
  }
  // As the first process of its container it would not end otherwise.
  process.on('SIGTERM', () => process.exit(0));
  await new Promise(() => setInterval(() => {}, 1000));
}
if (how.failWhenFileSays) {
  // Fails or not by what a file of the volume says.
  try {
    if (readFileSync('/data/fail', 'utf8').trim() === 'yes') fail(how.failWhenFileSays);
  } catch {
    // No file: no failure.
  }
}
if (how.exit !== undefined && !how.exitAfterMillis) {
  say({ msg: 'ends', exit: how.exit });
  process.exit(how.exit);
}
if (how.exitAfterMillis) setTimeout(() => process.exit(how.exit ?? 1), how.exitAfterMillis);
if (how.eatMegabytes) {
  const eaten = [];
  setInterval(() => {
    if (eaten.length * 16 < how.eatMegabytes) eaten.push(Buffer.alloc(16 << 20, 1));
  }, 20);
}

const token = process.env.ELIZA_SERVER_AUTH_TOKEN;
const started = new Date().toISOString();
let messages = 0;

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

// An answer that is not all there at once, cut within a character; its end comes when somebody asks for more of it.
let asked = 0;
let more = () => {};
function lines(response, fault) {
  asked++;
  const first = Buffer.from('data: größer ✓ 😀\n');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (fault === 'endless') return void response.write('x'.repeat((16 << 20) + 1));
  response.write(first.subarray(0, -3));
  setImmediate(() => response.write(first.subarray(-3), () => fault === 'break' && response.destroy()));
  more = () => void response.end('data: more\r\n\ndata: last');
}

const server = createServer((request, response) => {
  const path = request.url.split('?')[0];
  if (path === '/livez') return answer(response, 200, { status: 'alive' });
  if (path === '/readyz') {
    if (how.silent) return answer(response, 503, { status: 'starting', reasons: [{ code: 'STARTING', message: 'never ready' }] });
    const reasons = how.degraded ? [{ code: 'MODEL_ABSENT', message: 'no model' }] : [];
    return answer(response, 200, { status: how.degraded ? 'degraded' : 'ready', pid: process.pid, reasons, startedAt: started });
  }
  if (path === '/metrics') {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    return response.end(`launchpad_agent_ready 1\nlaunchpad_agent_messages_received_total ${messages}\n`);
  }
  if (path === '/who') return answer(response, 200, { variant: how.variant, pod: process.env.HOSTNAME });
  if (request.headers['x-api-key'] !== token) return answer(response, 401, { error: 'no key' });
  if (path === '/api/agents') return answer(response, 200, { data: { agents: [{ id: '5c3cb098-0000-4000-8000-000000000000', name: 'Tiny', status: 'active' }] } });
  let text = '';
  request.on('data', (part) => (text += part));
  request.on('end', () => {
    const body = JSON.parse(text || '{}');
    if (path === '/api/messaging/sessions') return answer(response, 201, { sessionId: 'session-1' });
    if (/^\/api\/messaging\/sessions\/[^/]+\/messages$/.test(path)) {
      messages++;
      say({ msg: 'message', length: String(body.content).length });
      return answer(response, 201, { agentResponse: { text: `You said: ${body.content}` } });
    }
    if (path === '/lines') return lines(response, request.url.split('?')[1]);
    if (path === '/lines/more') return answer(response, 200, { more: more() });
    if (path === '/lines/asked') return answer(response, 200, { asked });
    return answer(response, 404, { error: 'nothing here' });
  });
});
process.on('SIGTERM', () => {
  say({ launchpad: 'stopping' });
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
server.listen(Number(process.env.SERVER_PORT ?? 3000), process.env.SERVER_HOST ?? '127.0.0.1', () => say({ launchpad: 'started' }));
