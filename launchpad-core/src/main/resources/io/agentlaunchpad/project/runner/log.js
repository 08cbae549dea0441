// Everything the process prints passes here: secret values are masked, and a log file is rotated in place.

import { copyFileSync, fstatSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { rotationLimits } from './settings.js';

const MASK = '***';

/** Returns a function that hides the given values in a text, also as they look inside JSON and inside a URL. */
export function createMask(secrets) {
  const forms = new Set();
  for (const secret of secrets.flatMap(spellings)) {
    forms.add(secret).add(JSON.stringify(secret).slice(1, -1)).add(JSON.stringify(JSON.stringify(secret)).slice(3, -3));
    forms.add(encodeURIComponent(secret));
  }
  const ordered = [...forms].filter(Boolean).sort((a, b) => b.length - a.length); // longest first: one may contain another
  return (text) => ordered.reduce((masked, form) => masked.replaceAll(form, MASK), text);
}

/**
 * A value as it is, as plugins trim it, as a message has it in one line, and each line that is long enough to be no word;
 * not the lines that frame every key in PEM, and none of JSON, whose lines stand in many documents.
 */
function spellings(secret) {
  const trimmed = secret.trim();
  const whole = [trimmed, trimmed.replace(/\s+/g, ' ')].filter(({ length }) => length >= 4);
  const lines = /^[{[]/.test(trimmed) ? [] : trimmed.split(/[\r\n]+/).map((line) => line.trim());
  return [secret, ...whole, ...lines.filter((line) => line.length >= 8 && !/^-----(BEGIN|END) /.test(line))];
}

/** Puts mask and rotation in front of stdout and stderr. */
export function openLog(env, secrets) {
  const mask = createMask(secrets);
  const rotation = openRotation(env);
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    stream.write = (chunk, encoding, done) => {
      const text = mask(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
      if (text) rotation?.before(text);
      return write(text, typeof encoding === 'function' ? encoding : done);
    };
    stream.on('error', () => {}); // a reader that went away, or a full disk, must not end the agent
  }
  const line = (level, fields) => process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, ...fields })}\n`);
  return { mask, info: (fields) => line('info', fields), warn: (fields) => line('warn', fields), error: (fields) => line('error', fields) };
}

/**
 * Rotation by copy and truncate: the launcher opened the file for appending and handed us its descriptor, so the file
 * must stay the same one. Writes to a file are synchronous in Node and this runs between two of them: no line is lost.
 */
function openRotation(env) {
  const file = env.LAUNCHPAD_LOG_FILE;
  if (!file || !isOurOutput(file)) return undefined;
  const { limit, keep } = rotationLimits(env);
  let size = statSync(file).size;
  const rotate = () => {
    try {
      rmSync(`${file}.${keep}`, { force: true });
      for (let n = keep - 1; n >= 1; n--) renameIfThere(`${file}.${n}`, `${file}.${n + 1}`);
      if (keep > 0) copyFileSync(file, `${file}.1`);
      truncateSync(file, 0);
      size = 0;
    } catch {
      size = Math.max(0, size - limit / 10); // disk full or file gone: keep writing, try again later
    }
  };
  return {
    before(text) {
      const length = Buffer.byteLength(text);
      if (size > 0 && size + length > limit) rotate();
      size += length;
    },
  };
}

function isOurOutput(file) {
  try {
    const [a, b] = [statSync(file), fstatSync(1)];
    return a.dev === b.dev && a.ino === b.ino;
  } catch {
    return false;
  }
}

function renameIfThere(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
