// Logs in to PostgreSQL with SCRAM-SHA-256 and creates the vector extension, with nothing but Node.
// Protocol: https://www.postgresql.org/docs/16/protocol-message-formats.html, RFC 5802.
import { createConnection } from 'node:net';
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const url = new URL(process.env.POSTGRES_URL);
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const message = (type, body) => {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(type ? 5 : 4);
  if (type) head.write(type);
  head.writeInt32BE(bytes.length + 4, type ? 1 : 0);
  return Buffer.concat([head, bytes]);
};
const text = (...words) => words.map((word) => word + '\0').join('');

const socket = createConnection(Number(url.port), url.hostname, () =>
  socket.write(message('', Buffer.concat([Buffer.from([0, 3, 0, 0]),
    Buffer.from(text('user', url.username, 'database', url.pathname.slice(1)) + '\0')]))));
const first = 'n=,r=' + randomBytes(18).toString('base64');
const on = {
  R(body) {
    const kind = body.readInt32BE(0);
    if (kind === 10) {
      const size = Buffer.alloc(4);
      size.writeInt32BE(first.length + 3);
      socket.write(message('p', Buffer.concat([Buffer.from(text('SCRAM-SHA-256')), size, Buffer.from('n,,' + first)])));
    } else if (kind === 11) {
      const server = body.subarray(4).toString();
      const { r, s, i } = Object.fromEntries(server.split(',').map((part) => [part[0], part.slice(2)]));
      const salted = pbkdf2Sync(decodeURIComponent(url.password), Buffer.from(s, 'base64'), Number(i), 32, 'sha256');
      const key = hmac(salted, 'Client Key');
      const final = 'c=biws,r=' + r;
      const signature = hmac(createHash('sha256').update(key).digest(), [first, server, final].join(','));
      socket.write(message('p', final + ',p=' + key.map((byte, at) => byte ^ signature[at]).toString('base64')));
    }
  },
  Z() {
    if (on.asked) process.exit(0);
    on.asked = true;
    socket.write(message('Q', text("create extension vector; select 'distance ' || ('[1,2]'::vector <-> '[1,5]')")));
  },
  D(body) {
    console.log(body.subarray(6).toString());
  },
  E(body) {
    console.error(body.toString().replaceAll('\0', ' '));
    process.exit(1);
  },
};
let rest = Buffer.alloc(0);
socket.on('data', (data) => {
  rest = Buffer.concat([rest, data]);
  while (rest.length > 4 && rest.length > rest.readInt32BE(1)) {
    const end = rest.readInt32BE(1) + 1;
    on[String.fromCharCode(rest[0])]?.(rest.subarray(5, end));
    rest = rest.subarray(end);
  }
});
socket.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
