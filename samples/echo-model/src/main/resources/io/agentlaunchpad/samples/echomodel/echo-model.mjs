#!/usr/bin/env node
// A stand-in model server for trials. It is NOT a language model: it repeats the user's words, so that an agent can be
// tried without a key, a network or a cost. It serves the endpoints that ElizaOS model plugins of the OpenAI kind call.
//
//   ECHO_MODEL_HOST     address to listen on                     (127.0.0.1)
//   ECHO_MODEL_PORT     port, 0 picks a free one                 (0)
//   ECHO_MODEL_API_KEY  when set, every /v1 call must carry it as a bearer token
//   ECHO_MODEL_PARENT   "stdin": end when standard input closes
//
// Once it listens it prints one line: {"echoModel":"http://HOST:PORT/v1","pid":N}

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const HOST = process.env.ECHO_MODEL_HOST || '127.0.0.1';
const PORT = Number(process.env.ECHO_MODEL_PORT || 0);
const API_KEY = process.env.ECHO_MODEL_API_KEY;
const BODY_LIMIT = 16 * 1024 * 1024;
const MODEL = 'echo-stand-in';
const CHUNK = 64;

// --- what it says -----------------------------------------------------------------------------------------------

/** Escapes text for an XML element; the runtime undoes exactly these. */
export function escapeXml(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/**
 * The user's words in a prompt of the runtime. They stand under "# Received Message" as "Sender: words", and the
 * heading after them names the sender again, which tells our heading from one that the user typed.
 */
export function userWords(prompt) {
  const focus = prompt.lastIndexOf('\n# Focus your response');
  const received = focus < 0 ? prompt : prompt.slice(0, focus);
  const sender = focus < 0 ? null : /\*\*(.*?)\*\*/.exec(prompt.slice(focus))?.[1];
  const opening = sender ? `# Received Message\n${sender}: ` : '# Received Message\n';
  const start = received.lastIndexOf(opening);
  if (start < 0) return '';
  const words = received.slice(start + opening.length);
  return (sender ? words : words.replace(/^[^:\n]*: /, '')).trim();
}

/** The answer to a prompt, in the form that the prompt asks for. Its last lines hold the form; the rest is data. */
export function answer(prompt) {
  const form = prompt.slice(Math.max(prompt.lastIndexOf('\n# Focus your response'), prompt.length - 3000, 0));
  if (form.includes('<action>RESPOND | IGNORE | STOP</action>')) {
    return '<response><name>echo</name><reasoning>A stand-in answers everything.</reasoning><action>RESPOND</action></response>';
  }
  if (form.includes('<facts>')) {
    return '<response><thought>Nothing to remember.</thought><facts></facts><relationships></relationships></response>';
  }
  if (form.includes('<response>')) {
    const text = escapeXml(`You said: ${userWords(prompt)}`);
    return `<response><thought>Repeat the words.</thought><actions>REPLY</actions><providers></providers><text>${text}</text></response>`;
  }
  return `You said: ${userWords(prompt) || prompt}`;
}

/** A vector that depends on the text alone, of length 1: equal texts are equal, others are far apart. */
export function embedding(text, dimensions = 1536) {
  const numbers = [];
  for (let block = 0; numbers.length < dimensions; block++) {
    const digest = createHash('sha256').update(`${block}:${text}`).digest();
    for (let i = 0; i < digest.length && numbers.length < dimensions; i += 4) {
      numbers.push(digest.readInt32LE(i) / 2 ** 31);
    }
  }
  const length = Math.hypot(...numbers) || 1;
  return numbers.map((n) => n / length);
}

// --- the wire ---------------------------------------------------------------------------------------------------

const textOf = (content) =>
  typeof content === 'string' ? content : (Array.isArray(content) ? content : []).map((part) => part?.text ?? '').join('\n');

/** The last user turn of a request, in either of the two request forms. */
function promptOf(body) {
  const turns = body.input ?? body.messages ?? [];
  if (typeof turns === 'string') return turns;
  return textOf([...turns].reverse().find((turn) => turn?.role === 'user')?.content ?? '');
}

const tokens = (text) => Math.ceil(text.length / 4);
const pieces = (text) => {
  const letters = Array.from(text); // by code point: a chunk never ends inside a surrogate pair
  return Array.from({ length: Math.ceil(letters.length / CHUNK) }, (_, i) => letters.slice(i * CHUNK, (i + 1) * CHUNK).join(''));
};

function json(res, status, value) {
  const body = Buffer.from(JSON.stringify(value));
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  res.end(body);
}

const problem = (res, status, message) => json(res, status, { error: { message, type: 'echo_model_error', code: status } });

/** Sends server-sent events as fast as the reader takes them. */
async function stream(res, events) {
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const event of events) {
    if (res.destroyed) return;
    if (!res.write(event)) await new Promise((go) => res.once('drain', go).once('close', go));
  }
  res.end();
}

let counter = 0;

function responses(body, res) {
  const prompt = promptOf(body);
  const text = answer(prompt);
  const id = `resp_${++counter}`;
  const item = { id: `msg_${counter}`, type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text, annotations: [] }] };
  const whole = {
    id, object: 'response', created_at: Math.floor(Date.now() / 1000), status: 'completed', model: body.model ?? MODEL, error: null,
    incomplete_details: null, output: [item],
    usage: { input_tokens: tokens(prompt), input_tokens_details: { cached_tokens: 0 }, output_tokens: tokens(text), output_tokens_details: { reasoning_tokens: 0 }, total_tokens: tokens(prompt) + tokens(text) },
  };
  if (!body.stream) return json(res, 200, whole);
  let sequence = 0;
  const event = (type, fields) => `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...fields })}\n\n`;
  const place = { item_id: item.id, output_index: 0, content_index: 0 };
  return stream(res, [
    event('response.created', { response: { ...whole, status: 'in_progress', output: [], usage: null } }),
    event('response.output_item.added', { output_index: 0, item: { ...item, status: 'in_progress', content: [] } }),
    event('response.content_part.added', { ...place, part: { type: 'output_text', text: '', annotations: [] } }),
    ...pieces(text).map((delta) => event('response.output_text.delta', { ...place, delta })),
    event('response.output_text.done', { ...place, text }),
    event('response.output_item.done', { output_index: 0, item }),
    event('response.completed', { response: whole }),
  ]);
}

function chatCompletions(body, res) {
  const prompt = promptOf(body);
  const text = answer(prompt);
  const head = { id: `chatcmpl-${++counter}`, created: Math.floor(Date.now() / 1000), model: body.model ?? MODEL };
  const usage = { prompt_tokens: tokens(prompt), completion_tokens: tokens(text), total_tokens: tokens(prompt) + tokens(text) };
  if (!body.stream) {
    const message = { role: 'assistant', content: text };
    return json(res, 200, { ...head, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }], usage });
  }
  const chunk = (delta, finish_reason = null, more = {}) =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }], ...more })}\n\n`;
  return stream(res, [
    chunk({ role: 'assistant', content: '' }),
    ...pieces(text).map((content) => chunk({ content })),
    chunk({}, 'stop', { usage }),
    'data: [DONE]\n\n',
  ]);
}

function embeddings(body, res) {
  const inputs = Array.isArray(body.input) ? body.input : [body.input ?? ''];
  const dimensions = body.dimensions ?? 1536;
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 8192) {
    return problem(res, 400, `dimensions must be a whole number from 1 to 8192, not ${JSON.stringify(dimensions)}`);
  }
  const used = inputs.reduce((sum, input) => sum + tokens(String(input)), 0);
  json(res, 200, {
    object: 'list', model: body.model ?? MODEL,
    data: inputs.map((input, index) => ({ object: 'embedding', index, embedding: embedding(String(input), dimensions) })),
    usage: { prompt_tokens: used, total_tokens: used },
  });
}

const models = (_body, res) => json(res, 200, { object: 'list', data: [{ id: MODEL, object: 'model', created: 0, owned_by: 'stand-in' }] });

const routes = {
  'POST /v1/responses': responses,
  'POST /v1/chat/completions': chatCompletions,
  'POST /v1/embeddings': embeddings,
  'GET /v1/models': models,
  'GET /healthz': (_body, res) => json(res, 200, { status: 'ok', model: MODEL, standIn: true }),
};

/** The whole body, or null once it is longer than the limit. */
async function read(req) {
  const parts = [];
  let size = 0;
  for await (const part of req) {
    size += part.length;
    if (size <= BODY_LIMIT) parts.push(part);
    else parts.length = 0; // keep reading so that the client hears the answer, keep nothing
  }
  return size > BODY_LIMIT ? null : Buffer.concat(parts).toString('utf8');
}

async function handle(req, res) {
  const path = req.url.split('?')[0];
  const route = routes[`${req.method} ${path}`];
  const body = await read(req);
  if (body === null) return problem(res, 413, `The body is longer than ${BODY_LIMIT} bytes`);
  if (!route) return problem(res, 404, `${req.method} ${path} is not served here; this stand-in serves: ${Object.keys(routes).join(', ')}`);
  if (API_KEY && path.startsWith('/v1') && req.headers.authorization !== `Bearer ${API_KEY}`) {
    return problem(res, 401, 'The API key is missing or wrong');
  }
  let value = {};
  if (req.method === 'POST') {
    try {
      value = JSON.parse(body);
    } catch {
      return problem(res, 400, 'The body is not JSON');
    }
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return problem(res, 400, 'The body is not a JSON object');
  }
  await route(value, res);
}

// --- the process ------------------------------------------------------------------------------------------------

function main() {
  const server = createServer((req, res) => {
    handle(req, res).catch((error) => (res.headersSent ? res.destroy() : problem(res, 500, String(error?.message ?? error))));
  });
  const stop = () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  if (process.env.ECHO_MODEL_PARENT === 'stdin') process.stdin.resume().on('end', stop).on('error', stop);
  server.on('error', (error) => {
    console.error(JSON.stringify({ echoModel: 'failed', code: error.code, message: `Cannot listen on ${HOST}:${PORT}: ${error.message}` }));
    process.exit(1);
  });
  server.listen(PORT, HOST, () => {
    const { address, family, port } = server.address();
    const host = family === 'IPv6' ? `[${address}]` : address;
    console.log(JSON.stringify({ echoModel: `http://${host}:${port}/v1`, pid: process.pid }));
  });
}

if (process.argv[1] && import.meta.url === new URL(`file://${process.argv[1]}`).href) main();
