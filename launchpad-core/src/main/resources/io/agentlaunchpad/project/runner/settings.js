// What the environment says. Nothing else in the runner reads process.env, except the plugins themselves.

import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { StartFailure } from './failure.js';

/** Values that make the stock server quiet, private and machine-readable; each can be set to something else. */
const SAFE = {
  SERVER_PORT: '3000',
  SERVER_HOST: '127.0.0.1',
  ELIZA_DATA_DIR: './data',
  ELIZA_UI_ENABLE: 'false',
  SENTRY_DSN: 'off', // an empty value would mean the vendor's own address
  ELIZA_NO_AUTO_INSTALL: 'true',
  LOG_JSON_FORMAT: 'true',
};

/** Fills in the safe values, and reads the project's own .env file if there is one (never one of a parent folder). */
export function applySafeDefaults(env) {
  if (existsSync('.env')) process.loadEnvFile('.env');
  for (const [name, value] of Object.entries(SAFE)) if (!env[name]?.trim()) env[name] = value;
  env.ELIZA_DATA_DIR = resolve(env.ELIZA_DATA_DIR);
  env.PGLITE_DATA_DIR = resolve(env.PGLITE_DATA_DIR || join(env.ELIZA_DATA_DIR, '.elizadb'));
}

/**
 * Returns a function that puts the environment back as it is now. ElizaOS reads the first .env file that it finds in
 * this folder or any folder above, which on a shared machine is somebody else's.
 */
export function keepEnvironment(env) {
  const before = { ...env };
  return () => {
    for (const name of Object.keys(env)) if (!(name in before)) delete env[name];
    Object.assign(env, before);
  };
}

export function readSettings(env) {
  rotationLimits(env, true);
  return Object.freeze({
    character: resolve(env.LAUNCHPAD_CHARACTER || 'character.json'),
    host: env.SERVER_HOST,
    port: number(env, 'SERVER_PORT', undefined, 1, 65535),
    dataDir: env.ELIZA_DATA_DIR,
    pgliteDir: env.PGLITE_DATA_DIR,
    postgresUrl: env.POSTGRES_URL?.trim() || undefined,
    visible: env.LAUNCHPAD_SETTINGS === undefined ? undefined : names(env.LAUNCHPAD_SETTINGS),
    waived: new Set(names(env.LAUNCHPAD_WAIVED)),
    startTimeoutMs: 1000 * number(env, 'LAUNCHPAD_START_TIMEOUT_SECONDS', 300, 1, 86400),
  });
}

/** How large a log file grows and how many older ones stay. A wrong value is reported once the log is open. */
export function rotationLimits(env, strict = false) {
  try {
    return {
      limit: number(env, 'LAUNCHPAD_LOG_MAX_BYTES', 10 * 1024 * 1024, 1024, 2 ** 40),
      keep: number(env, 'LAUNCHPAD_LOG_KEEP', 3, 0, 100),
    };
  } catch (error) {
    if (strict) throw error;
    return rotationLimits({});
  }
}

export const names = (list) => (list ?? '').split(',').map((name) => name.trim()).filter(Boolean);

export function number(env, name, preset, least, most) {
  const text = env[name]?.trim();
  if (!text) return preset;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new StartFailure('SETTING_INVALID', `${name} is ${JSON.stringify(text)}.`, `Set ${name} to a whole number from ${least} to ${most}.`);
}

const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE|_SALT|_AUTH/i;
const looksSecret = (name, value) =>
  SECRET_NAME.test(name) && value.length >= 8 && !/^[\d.]+$/.test(value) && !(isAbsolute(value) && existsSync(value));

/**
 * The values that must never be printed: those of LAUNCHPAD_SECRETS from 4 characters on, those of names that look
 * secret from 8 characters on (but no numbers and paths: MAX_TOKENS is no secret), and passwords inside URLs from 4 on.
 */
export function secretValues(env) {
  const listed = new Set(names(env.LAUNCHPAD_SECRETS));
  const found = new Set();
  for (const [name, value] of Object.entries(env)) {
    if (!value || name === 'LAUNCHPAD_SECRETS') continue;
    if (listed.has(name) ? value.length >= 4 : looksSecret(name, value)) found.add(value);
    for (const [, password] of value.matchAll(/:\/\/[^/\s:@]*:([^/\s@]+)@/g)) {
      if (password.length >= 4) found.add(password).add(unescaped(password));
    }
  }
  return [...found];
}

function unescaped(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
