// A failed start says what happened and what to do, in one JSON line that a program can read and a person can act on.

import { existsSync, writeFileSync, writeSync } from 'node:fs';

/** A start that cannot succeed, with a stable code and a way out. */
export class StartFailure extends Error {
  constructor(code, message, fix, cause) {
    super(message, { cause });
    this.code = code;
    this.fix = fix;
  }
}

/** Runs one step of the start; an error that does not know its own code gets this step's. */
export async function during(code, fix, what, step) {
  try {
    return await step();
  } catch (error) {
    if (error instanceof StartFailure) throw error;
    throw new StartFailure(code, `${what}: ${reasonOf(error)}`, fix, error);
  }
}

/** The innermost message that says something, with the code of the system error if there is one. */
export function reasonOf(error) {
  let best = '';
  for (let at = error, depth = 0; at && depth < 8; at = at.cause ?? at.errors?.[0], depth++) {
    const text = String(at.message || at).trim();
    const code = typeof at.code === 'string' && !text.includes(at.code) ? ` (${at.code})` : '';
    if (text) best = text + code;
  }
  return firstLines(best || 'unknown error');
}

let hide = (text) => text;

/** What hides the secrets in a text. They are hidden before it is cut: the beginning of one would not be known. */
export function hideWith(mask) {
  hide = mask;
}

const firstLines = (text, limit = 600) => {
  const short = hide(text).split('\n').slice(0, 4).join(' ').replace(/\s+/g, ' ');
  return short.length > limit ? `${short.slice(0, limit)}…` : short;
};

/**
 * Writes the failure as the last line on stderr and, in a pod, as the container's termination message (at most 4 KB).
 * Synchronous, so that the process may end right after.
 */
export function report(error, mask, env) {
  const known = error instanceof StartFailure;
  if (error?.stack) print(mask(known && error.cause?.stack ? error.cause.stack : error.stack));
  const line = mask(JSON.stringify({
    launchpad: 'failed',
    code: known ? error.code : 'UNCAUGHT',
    message: known ? firstLines(error.message, 1200) : `The agent ended by an error that nobody caught: ${reasonOf(error)}`,
    fix: known ? error.fix : 'Read the stack above this line; it names the plugin or file. Remove or update that plugin.',
  }));
  print(line);
  const file = terminationLog(env);
  if (!file) return;
  try {
    writeFileSync(file, Buffer.from(line).subarray(0, 4096));
  } catch {
    // the pod has no such file; the line stands in the log
  }
}

/** Waits up to a second for a slow reader of a pipe; a full disk, or a reader that went away, takes nothing. */
function print(text) {
  let rest = Buffer.from(`${text}\n`);
  for (let tries = 0; rest.length > 0 && tries < 100; tries++) {
    try {
      rest = rest.subarray(writeSync(2, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function terminationLog(env) {
  if (env.LAUNCHPAD_TERMINATION_LOG) return env.LAUNCHPAD_TERMINATION_LOG;
  return env.KUBERNETES_SERVICE_HOST && existsSync('/dev/termination-log') ? '/dev/termination-log' : undefined;
}
