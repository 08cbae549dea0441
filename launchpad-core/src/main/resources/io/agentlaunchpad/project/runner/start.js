// The order of a start: cheap checks that name the usual mistakes first, ElizaOS after them.

import { setFlagsFromString } from 'node:v8';

import { declaredSettings, loadCharacter, loadPlugins, readCharacterFile } from './character.js';
import { checkDatabase, checkPort, checkWritable } from './checks.js';
import { beginWithPrepared } from './database.js';
import { during, StartFailure } from './failure.js';
import { endpoints, guards } from './http.js';
import { DRAIN_MS } from './lifecycle.js';
import { takeDirectory } from './lock.js';
import { Metrics } from './metrics.js';
import { ModelWatch, providerSettings, requireModelKeys } from './models.js';
import { Readiness } from './readiness.js';
import { createServer } from './server.js';
import { keepEnvironment } from './settings.js';
import { rememberAnswer } from './streams.js';

export async function start(settings, lifecycle, log) {
  const deadline = setTimeout(() => lifecycle.fail(timedOut(settings)), settings.startTimeoutMs);
  const restoreEnvironment = keepEnvironment(process.env);
  const file = readCharacterFile(settings.character);
  const values = visibleSettings(settings, file.plugins);
  requireModelKeys(file, values, settings.waived);
  const models = new ModelWatch(file, values, log);
  models.begin(); // meanwhile: the answers are there when the agent is
  checkWritable(settings.dataDir);
  await lifecycle.step(() => checkPort(settings.host, settings.port));
  if (settings.postgresUrl) await lifecycle.step(() => checkDatabase(settings.postgresUrl));
  else {
    lifecycle.onEnd(await takeDirectory(settings.pgliteDir, (error) => lifecycle.fail(error)));
    beginWithPrepared(settings.pgliteDir, log);
    compileSparingly();
  }

  const elizaos = await lifecycle.step(() => during(
    'DEPENDENCIES_BROKEN', 'Install the dependencies again, with the full set: npm ci --omit=optional.', 'ElizaOS could not be loaded',
    async () => ({ ...(await import('@elizaos/core')), ...(await import('@elizaos/server')) }),
  ));
  restoreEnvironment();
  const agent = loadCharacter(elizaos, file.text, settings.character);
  await lifecycle.step(() => loadPlugins(elizaos, file.plugins));

  const metrics = new Metrics();
  const readiness = new Readiness({ settings, models, metrics, mask: log.mask, lifecycle });
  const server = createServer({ elizaos, settings, values, metrics, log });
  const config = {
    port: settings.port, dataDir: settings.pgliteDir, postgresUrl: settings.postgresUrl,
    middlewares: [metrics.countRequests, endpoints(readiness, metrics), guards, rememberAnswer],
    agents: [{ character: agent }],
  };
  lifecycle.onEnd(() => server.closeDatabase());
  lifecycle.onEnd(() => server.stopAgents());
  lifecycle.onEnd(() => server.drain(), DRAIN_MS + 500);
  await lifecycle.step(() => server.initialize(config));
  restoreEnvironment();
  readiness.watch(server);
  await lifecycle.step(() => server.start(config));
  restoreEnvironment();
  await lifecycle.step(() => models.settled());
  clearTimeout(deadline);
  readiness.started();
  log.info({ launchpad: 'started', agent: agent.name, port: settings.port, seconds: Number(process.uptime().toFixed(2)) });
}

/**
 * Most of what PGlite runs at a start it runs once, and V8 would spend a third of the start's processor time on optimising
 * it. With a budget of 10⁹ executed bytes, in place of 1.8 · 10⁶, it still optimises what is hot.
 */
function compileSparingly() {
  setFlagsFromString('--wasm-tiering-budget=1000000000');
}

/**
 * What plugins may see of the environment, held in memory only. The stock server would write its whole environment
 * into the database and return it from its API.
 */
function visibleSettings(settings, plugins) {
  const asked = settings.visible ?? plugins.flatMap(declaredSettings);
  const names = new Set([...asked, ...providerSettings(plugins), 'POSTGRES_URL', 'PGLITE_DATA_DIR']);
  names.delete('PATH'); // one plugin declares it
  return Object.fromEntries([...names].filter((name) => process.env[name]).map((name) => [name, process.env[name]]));
}

const timedOut = (settings) =>
  new StartFailure(
    'START_TIMEOUT',
    `The agent did not start within ${settings.startTimeoutMs / 1000} seconds.`,
    'Look at the last log lines for the step it waits for, or set LAUNCHPAD_START_TIMEOUT_SECONDS to a larger value.',
  );
