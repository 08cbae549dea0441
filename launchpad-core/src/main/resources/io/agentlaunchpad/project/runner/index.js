// Entry of the Launchpad runner: `node runner` in a project directory starts the agent of that directory.
//
// This file and what it imports statically use Node built-ins only, so that the log, the signals and the launcher's
// pipe are in place before the first line of ElizaOS is loaded.

import { hideWith, report } from './failure.js';
import { Lifecycle } from './lifecycle.js';
import { openLog } from './log.js';
import { applySafeDefaults, readSettings, secretValues } from './settings.js';

applySafeDefaults(process.env);
const log = openLog(process.env, secretValues(process.env));
hideWith(log.mask);
const lifecycle = new Lifecycle(log);
lifecycle.onFailure((error) => report(error, log.mask, process.env));

process.on('uncaughtException', (error) => lifecycle.fail(error));
lifecycle.listen(process.env.LAUNCHPAD_PARENT);
try {
  const { start } = await import('./start.js');
  await start(readSettings(process.env), lifecycle, log);
} catch (error) {
  lifecycle.fail(error);
}
