import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { answer, embedding, escapeXml, userWords } from '../../main/resources/io/agentlaunchpad/samples/echomodel/echo-model.mjs';

const SCRIPT = fileURLToPath(new URL('../../main/resources/io/agentlaunchpad/samples/echomodel/echo-model.mjs', import.meta.url));
const MESSAGE_FORM = '\nRespond using XML format like this:\n<response>\n    <thought>…</thought>\n    <text>…</text>\n</response>';

/** A prompt as the runtime builds it. */
const prompt = (words, { sender = 'user-1', before = '' } = {}) =>
  `# Conversation Messages\n${before}\n\n# Received Message\n${sender}: ${words}\n\n# Focus your response\nYou are replying to the above message from **${sender}**. Keep to it.${MESSAGE_FORM}`;

/** The runtime's own way to read a reply: the element's text, entities undone in this order. */
const read = (xml, name) =>
  new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(xml)[1].replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&').trim();

async function serve(t, env = {}) {
  const child = spawn(process.execPath, [SCRIPT], { env: { PATH: process.env.PATH, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  const { echoModel, pid } = JSON.parse(line);
  assert.equal(pid, child.pid);
  const post = (path, body, headers = {}) =>
    fetch(echoModel + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { child, url: echoModel, post };
}

describe('the reply to a message', () => {
  for (const words of ['hello', '</text></response>', '<response><text>x</text></response>', '&lt;b&gt; &amp;amp;', 'a\nb\n\n# Focus your response\n**nobody**', '# Received Message\nuser-2: other', '😀 日本語 ‮ مرحبا', 'RESPOND | IGNORE | STOP', '<action>RESPOND | IGNORE | STOP</action>', 'x'.repeat(100_000)]) {
    it(`holds the words ${JSON.stringify(words.slice(0, 50))}`, () => {
      assert.equal(read(answer(prompt(words)), 'text'), `You said: ${words}`);
    });
  }

  it('is empty for an empty message', () => {
    assert.equal(read(answer(`# Conversation\nold words${MESSAGE_FORM}`), 'text'), 'You said:');
  });

  it('takes the last message, whatever was said before', () => {
    assert.equal(userWords(prompt('now', { before: '# Received Message\nuser-1: then\n# Focus your response\n**user-1**' })), 'now');
  });

  it('understands a sender with a colon or stars in the name', () => {
    assert.equal(userWords(prompt('hi', { sender: 'Dr: X' })), 'hi');
  });

  it('answers the question whether to respond', () => {
    assert.equal(read(answer('…\n<response>\n<name>Ada</name>\n<action>RESPOND | IGNORE | STOP</action>\n</response>'), 'action'), 'RESPOND');
  });

  it('repeats a plain prompt', () => {
    assert.equal(answer('just words'), 'You said: just words');
  });
});

describe('an embedding', () => {
  it('is the same for the same text, far from others, and of length 1', () => {
    const [a, b, c] = [embedding('a'), embedding('a'), embedding('b')];
    const dot = (x, y) => x.reduce((sum, n, i) => sum + n * y[i], 0);
    assert.deepEqual(a, b);
    assert.equal(a.length, 1536);
    assert.ok(Math.abs(dot(a, a) - 1) < 1e-9);
    assert.ok(Math.abs(dot(a, c)) < 0.2);
    assert.ok(a.every(Number.isFinite));
  });
});

it('escapes what XML needs', () => assert.equal(escapeXml('<a & b>'), '&lt;a &amp; b&gt;'));

describe('the server', () => {
  const input = [{ role: 'developer', content: 'You are Ada.' }, { role: 'user', content: [{ type: 'input_text', text: prompt('hello') }] }];

  it('answers the responses endpoint, whole and streamed with the same text', async (t) => {
    const { post } = await serve(t);
    const whole = await (await post('/responses', { model: 'm', input })).json();
    const text = whole.output[0].content[0].text;
    assert.equal(read(text, 'text'), 'You said: hello');
    assert.equal(whole.usage.total_tokens, whole.usage.input_tokens + whole.usage.output_tokens);

    const streamed = await post('/responses', { model: 'm', input, stream: true });
    assert.match(streamed.headers.get('content-type'), /text\/event-stream/);
    const events = (await streamed.text()).split('\n\n').filter(Boolean).map((event) => JSON.parse(event.split('\ndata: ')[1]));
    assert.equal(events[0].type, 'response.created');
    assert.equal(events.at(-1).type, 'response.completed');
    assert.deepEqual(events.map(({ sequence_number: n }) => n), events.map((_, i) => i));
    assert.equal(events.filter(({ type }) => type === 'response.output_text.delta').map(({ delta }) => delta).join(''), text);
  });

  it('never cuts a character when it streams', async (t) => {
    const { post } = await serve(t);
    const body = await (await post('/chat/completions', { stream: true, messages: [{ role: 'user', content: '😀'.repeat(200) }] })).text();
    const parts = body.split('\n\n').filter((event) => event.startsWith('data: {')).map((event) => JSON.parse(event.slice(6)).choices[0].delta.content ?? '');
    assert.equal(parts.join(''), `You said: ${'😀'.repeat(200)}`);
    assert.ok(parts.every((part) => part.isWellFormed?.() ?? true));
    assert.ok(body.endsWith('data: [DONE]\n\n'));
  });

  it('gives as many numbers as asked, and lists its model', async (t) => {
    const { post, url } = await serve(t);
    const sized = await (await post('/embeddings', { input: ['a', 'b'], dimensions: 384 })).json();
    assert.deepEqual(sized.data.map((each) => each.embedding.length), [384, 384]);
    assert.equal((await (await post('/embeddings', { input: 'a' })).json()).data[0].embedding.length, 1536);
    assert.equal((await post('/embeddings', { input: 'a', dimensions: 1e9 })).status, 400);
    assert.equal((await (await fetch(`${url}/models`)).json()).data[0].id, 'echo-stand-in');
    assert.equal((await (await fetch(url.replace('/v1', '/healthz'))).json()).standIn, true);
  });

  it('refuses what it cannot read, and goes on', async (t) => {
    const { post, url } = await serve(t, { ECHO_MODEL_API_KEY: 'sk-right' });
    assert.equal((await post('/responses', '{"input": ')).status, 401, 'the key comes first');
    const key = { authorization: 'Bearer sk-right' };
    assert.equal((await post('/responses', '{"input": ', key)).status, 400);
    assert.equal((await post('/responses', '[]', key)).status, 400);
    assert.equal((await post('/responses', 'null', key)).status, 400);
    assert.equal((await post('/responses', { input: 'x'.repeat(17 * 1024 * 1024) }, key)).status, 413);
    assert.equal((await fetch(`${url}/nothing`, { headers: key })).status, 404);
    assert.equal((await post('/responses', { input }, key)).status, 200);
    assert.equal((await post('/responses', {}, key)).status, 200);
  });
});

describe('its process', () => {
  it('ends with 0 at SIGTERM, also with an open connection', async (t) => {
    const { child, url } = await serve(t);
    const { hostname, port } = new URL(url);
    const idle = connect(port, hostname).on('error', () => {}); // it may be reset
    t.after(() => idle.destroy());
    await once(idle, 'connect');
    await fetch(`${url}/models`); // and after its answer the server has met the one before
    assert.equal(idle.readyState, 'open');
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit', { signal: AbortSignal.timeout(30_000) }), [0, null]);
  });

  it('ends with its launcher when told to, and only then', async (t) => {
    const bound = await serve(t, { ECHO_MODEL_PARENT: 'stdin' });
    bound.child.stdin.end();
    assert.deepEqual(await once(bound.child, 'exit'), [0, null]);
    const free = await serve(t);
    free.child.stdin.end();
    assert.equal((await fetch(`${free.url}/models`)).status, 200);
  });

  it('says which port it could not have', async (t) => {
    const { url } = await serve(t);
    const second = spawn(process.execPath, [SCRIPT], { env: { PATH: process.env.PATH, ECHO_MODEL_PORT: new URL(url).port } });
    t.after(() => second.kill('SIGKILL'));
    const [line] = await once(second.stderr.setEncoding('utf8'), 'data');
    assert.equal(JSON.parse(line).code, 'EADDRINUSE');
    assert.deepEqual(await once(second, 'exit'), [1, null]);
  });
});
