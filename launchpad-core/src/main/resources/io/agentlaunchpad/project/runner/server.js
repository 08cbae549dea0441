// The stock server with its traps closed, by overriding the few methods that spring them.

import { DRAIN_MS, TIMED_OUT, within } from './lifecycle.js';
import { portFailure } from './checks.js';
import { StartFailure, reasonOf } from './failure.js';
import { isMissingKey } from './models.js';
import { endStreams } from './streams.js';

export function createServer({ elizaos, settings, values, metrics, log }) {
  elizaos.setAllowedEnvVars([]); // nothing of the environment goes into the database
  return new (class extends elizaos.AgentServer {
    registerSignalHandlers() {} // Lifecycle has them

    findAvailablePort(port) {
      throw portFailure({ code: 'EADDRINUSE' }, settings.host, port - 1);
    }

    async initialize(config) {
      if (this.isInitialized) return;
      try {
        await super.initialize(config);
      } catch (error) {
        throw await databaseFailure(error, this.database, settings);
      }
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
      for (const runtime of runtimes) {
        metrics.observe(runtime);
        endStreams(runtime);
      }
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
      if ((await within(DRAIN_MS, closed)) === TIMED_OUT) {
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

/** The server hides why its database failed; asking the database again tells. */
async function databaseFailure(error, database, { postgresUrl, pgliteDir }) {
  if (error instanceof StartFailure) return error;
  const ask = async (query) => (await database.getConnection()).query(query);
  if (!postgresUrl) {
    return new StartFailure('DATABASE_FAILED', `The embedded database in ${pgliteDir} cannot be used: ${reasonOf(error)}`, 'Put back a copy of that directory, or start with an empty ELIZA_DATA_DIR.', error);
  }
  try {
    const { rows } = await ask("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'");
    if (rows.length === 0) {
      return new StartFailure('DATABASE_FAILED', 'The database server does not have the extension vector (pgvector).', 'Install pgvector on that server, or use one that has it.', error);
    }
  } catch (cause) {
    return new StartFailure('DATABASE_UNREACHABLE', `The database refuses the agent: ${reasonOf(cause)}`, 'Correct user, password and database in POSTGRES_URL; if it has too many clients, close some or raise max_connections.', cause);
  }
  return new StartFailure('DATABASE_FAILED', `The database could not be prepared: ${reasonOf(error)}`, 'The user in POSTGRES_URL must be allowed to create schemas, tables and the extension vector.', error);
}
