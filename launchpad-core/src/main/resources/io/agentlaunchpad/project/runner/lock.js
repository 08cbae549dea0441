// One process per embedded database. PGlite itself lets a second process open the same directory and corrupt it, and
// Node has no file locks. So a file beside the directory (inside, a fresh database would refuse it) names its owner, and
// a newcomer finds out whether the owner lives:
//
//   same machine and PID namespace   exactly, by process number and start time (numbers are reused; in a container
//                                    every process is number 1)
//   elsewhere (another container)    by watching: a living owner touches the file every second
//
// After kill -9 the next start therefore takes over at once on the same machine, and within WATCH_MS in a new container.

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkWritable } from './checks.js';
import { StartFailure } from './failure.js';

const TOUCH_MS = 1000;
const WATCH_MS = 4000; // longer than a start keeps the event loop busy
const SETTLE_MS = 100;

/** Takes the directory, or throws DATA_DIR_IN_USE. Returns the function that gives it back. */
export async function takeDirectory(directory, lost, watchMs = WATCH_MS) {
  checkWritable(dirname(directory));
  const file = `${directory}.lock`;
  const mine = { token: randomUUID(), pid: process.pid, started: startOf(process.pid), space: pidSpace(), host: hostname() };
  if (!create(file, mine)) {
    const owner = await readOwner(file);
    if (owner && (await lives(file, owner, watchMs))) throw inUse(directory, owner);
    replace(file, mine);
    await sleep(SETTLE_MS); // two newcomers may both have found a dead owner: the last one to write wins
    const winner = await readOwner(file);
    if (winner?.token !== mine.token) throw inUse(directory, winner);
  }
  const timer = setInterval(() => touch(file, mine, lost), TOUCH_MS).unref();
  return () => {
    clearInterval(timer);
    if (parse(file)?.token === mine.token) rmSync(file, { force: true });
  };
}

function create(file, owner) {
  let descriptor;
  try {
    descriptor = openSync(file, 'wx', 0o600);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeSync(descriptor, JSON.stringify(owner));
  closeSync(descriptor);
  return true;
}

function replace(file, owner) {
  const draft = `${file}.${owner.token}`;
  writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 });
  renameSync(draft, file);
}

function touch(file, mine, lost) {
  const owner = parse(file);
  if (owner && owner.token !== mine.token) return lost(inUse(file.replace(/\.lock$/, ''), owner));
  try {
    const now = new Date();
    if (owner) utimesSync(file, now, now);
  } catch {
    // a directory that is briefly not there; the next touch will tell
  }
}

function parse(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The owner that the file names; undefined when it names none after a moment (its writer was killed in between). */
async function readOwner(file) {
  for (let attempt = 0; attempt < 5; attempt++) {
    const owner = parse(file);
    if (owner?.token) return owner;
    await sleep(50);
  }
  return undefined;
}

async function lives(file, owner, watchMs) {
  if (owner.space === pidSpace()) return owner.started !== undefined && owner.started === startOf(owner.pid);
  const before = modified(file);
  for (let waited = 0; waited < watchMs; waited += 100) {
    await sleep(100);
    if (modified(file) !== before) return true;
  }
  return false;
}

const modified = (file) => {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return 0; // its owner has just given it back
  }
};

/** What makes process numbers comparable: the running kernel and the PID namespace; elsewhere the host name. */
function pidSpace() {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return `${process.platform} ${hostname()}`;
  }
}

/** When the process started, in the system's own words; undefined when there is none with that number. */
function startOf(pid) {
  try {
    if (process.platform === 'linux') {
      // proc(5): field 22, counted after the command name, which may hold spaces
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' } }).trim() || undefined;
  } catch {
    return undefined;
  }
}

const inUse = (directory, owner) =>
  new StartFailure(
    'DATA_DIR_IN_USE',
    `The data directory ${directory} is in use by process ${owner?.pid ?? '?'} on ${owner?.host ?? 'another host'}.`,
    'Stop that agent first, or give this one its own ELIZA_DATA_DIR. In a cluster: one replica with strategy Recreate, or use PostgreSQL.',
  );
