// Checks of the outside before ElizaOS is loaded: each takes milliseconds and names its own mistake.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { StartFailure } from './failure.js';

const CONNECT_MS = 5000;

export function checkWritable(directory) {
  try {
    mkdirSync(directory, { recursive: true });
    const probe = join(directory, `.launchpad-${process.pid}`);
    writeFileSync(probe, 'probe');
    rmSync(probe);
  } catch (error) {
    const full = error.code === 'ENOSPC';
    throw new StartFailure(
      full ? 'DISK_FULL' : 'DATA_DIR_UNWRITABLE',
      `The data directory ${directory} cannot be written by user ${process.getuid?.() ?? '?'}: ${error.message}`,
      full ? 'Free space on that volume or give it more.' : 'Set ELIZA_DATA_DIR to a directory that this user may write (in a pod: a volume, with fsGroup).',
      error,
    );
  }
}

/** Refuses a taken port. The stock server would move to the next free one, where nobody looks for it. */
export function checkPort(host, port) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(portFailure(error, host, port)));
    probe.listen(port, host, () => probe.close(resolve));
  });
}

export function portFailure(error, host, port) {
  const at = `${host}:${port}`;
  if (error?.code === 'EADDRINUSE') {
    return new StartFailure('PORT_IN_USE', `Port ${at} is taken by another process.`, 'Stop that process or set SERVER_PORT to a free port.', error);
  }
  return new StartFailure('PORT_UNUSABLE', `Cannot listen on ${at}: ${error?.message ?? error}`, 'Set SERVER_HOST to an address of this machine and SERVER_PORT to a port that this user may open (1024 and up).', error);
}

/** Opens a connection to the PostgreSQL server, without logging in: a dead or unknown host is named at once. */
export async function checkDatabase(url) {
  let host, port;
  try {
    const parsed = new URL(url);
    host = parsed.searchParams.get('host') ?? decodeURIComponent(parsed.hostname).replace(/^\[|\]$/g, '');
    port = Number(parsed.port || 5432);
  } catch {
    if (/^postgres(ql)?:\/\//.test(url)) return; // without a host, which the driver allows and URL does not
    throw new StartFailure('SETTING_INVALID', 'POSTGRES_URL is not a URL.', 'Set POSTGRES_URL to postgresql://USER:PASSWORD@HOST:5432/DATABASE, with special characters in the password percent-encoded.');
  }
  const target = !host || host.startsWith('/') ? { path: join(host || '/var/run/postgresql', `.s.PGSQL.${port}`) } : { host, port };
  const place = target.path ?? `${host}:${port}`;
  await new Promise((resolve, reject) => {
    const fail = (why, cause) => {
      socket.destroy();
      reject(new StartFailure('DATABASE_UNREACHABLE', `The database at ${place} does not answer: ${why}`, 'Start the database, or correct host and port in POSTGRES_URL; in a cluster check Service and NetworkPolicy.', cause));
    };
    const socket = connect({ ...target, timeout: CONNECT_MS });
    socket.once('connect', () => socket.end(resolve)).once('timeout', () => fail(`no connection within ${CONNECT_MS / 1000} seconds`));
    socket.once('error', (error) => fail(error.errors?.[0]?.message || error.message || error.code, error));
  });
}
