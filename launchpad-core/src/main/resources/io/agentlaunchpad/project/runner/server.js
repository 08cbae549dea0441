// The stock server with its traps closed, by overriding the few methods that spring them.

import { DRAIN_MS, within } from './lifecycle.js';
import { portFailure } from './checks.js';
import { StartFailure, during, reasonOf } from './failure.js';
import { isMissingKey } from './models.js';

export function createServer({ elizaos, settings, values, metrics, log }) {
  elizaos.setAllowedEnvVars([]); // nothing of the environment goes into the database
  return new (class extends elizaos.AgentServer {
    registerSignalHandlers() {} // Lifecycle has them

    findAvailablePort(port) {
      throw portFailure({ code: 'EADDRINUSE' }, settings.host, port - 1);
    }

    async initialize(config) {
      if (this.isInitialized) return;
      await during(settings.postgresUrl ? 'DATABASE_UNREACHABLE' : 'DATABASE_FAILED', databaseFix(settings), 'The database could not be opened', () => super.initialize(config));
      this.elizaOS.addEventListener('agent:added', ({ detail }) => this.#prepare(this.elizaOS.getAgent(detail.agentId)));
    }

    async initializeServer(config) {
      await super.initializeServer(config);
      this.server.timeout = 0; // a slow model may take longer than the stock 30 s
      this.server.keepAliveTimeout = 65_000; // longer than clients and balancers keep an idle connection
    }

    async startAgents(agents, options) {
      for (const { character } of agents) await this.#resetStoredSettings(character);
      const runtimes = await super.startAgents(agents, options);
      for (const runtime of runtimes) metrics.observe(runtime);
      return runtimes;
    }

    /** Gives a new runtime its settings in memory, and names the plugin whose init throws. */
    #prepare(runtime) {
      Object.assign(runtime.settings, values);
      const register = runtime.registerPlugin.bind(runtime);
      runtime.registerPlugin = async (plugin) => {
        try {
          await register(plugin);
        } catch (error) {
          const why = reasonOf(error);
          const code = isMissingKey(why) ? 'MODEL_KEY_MISSING' : 'PLUGIN_INIT_FAILED';
          throw new StartFailure(code, `Plugin ${plugin?.name ?? '?'} failed to start: ${why}`, 'Correct the settings of that plugin, update it, or remove it from the configuration.', error);
        }
      };
    }

    /**
     * The character file is the truth: settings that an earlier start stored, and that the file no longer has, would
     * otherwise live on, stored secrets of a stock server among them.
     */
    async #resetStoredSettings(character) {
      const stored = (await this.database.getAgent(character.id))?.settings ?? {};
      const stale = Object.keys(stored).filter((key) => !(key in (character.settings ?? {})));
      if (stale.length > 0) await this.database.updateAgent(character.id, { settings: Object.fromEntries(stale.map((key) => [key, null])) });
    }

    /** Stops taking requests and waits for the open ones; then cuts what is left. */
    async drain() {
      if (!this.server?.listening) return;
      const closed = new Promise((resolve) => this.server.close(resolve));
      this.socketIO?.disconnectSockets(true);
      if ((await within(DRAIN_MS, closed)) === within.TIMED_OUT) {
        log.warn({ launchpad: 'stopping', message: 'Open requests were cut off.' });
        this.server.closeAllConnections();
      }
    }

    async stopAgents() {
      await Promise.allSettled((this.elizaOS?.getAgents() ?? []).map((runtime) => runtime.stop()));
    }

    async closeDatabase() {
      await this.database?.close();
    }
  })();
}

const databaseFix = (settings) =>
  settings.postgresUrl
    ? 'Correct user, password and database in POSTGRES_URL; the server needs the pgvector extension and free connections.'
    : 'Put back a copy of the embedded database, or start with an empty ELIZA_DATA_DIR.';
