// One truthful answer: may this agent get traffic, and what is wrong with it?
//
//   503 starting | unavailable | stopping     200 ready | degraded     reasons: [{code, message}]

import { reasonOf } from './failure.js';
import { TIMED_OUT, within } from './lifecycle.js';

const CACHE_MS = 2000;
const DATABASE_MS = 2000;
const MODELS = ['TEXT_SMALL', 'TEXT_LARGE', 'TEXT_EMBEDDING'];

export class Readiness {
  #context;
  #server;
  #startedAt;
  #cached;

  constructor(context) {
    this.#context = context;
  }

  watch(server) {
    this.#server = server;
  }

  started() {
    this.#startedAt = new Date();
    this.#cached = undefined;
  }

  async answer() {
    const state = await this.state();
    return { ready: state.status === 'ready' || state.status === 'degraded', body: this.#context.mask(JSON.stringify(state)) };
  }

  /** The state, at most CACHE_MS old; many askers share one look. */
  state() {
    if (this.#context.lifecycle.stopping) return this.#look();
    if (!this.#cached || performance.now() - this.#cached.at > CACHE_MS) {
      this.#cached = { at: performance.now(), state: this.#look() };
    }
    return this.#cached.state;
  }

  async #look() {
    const { lifecycle, settings } = this.#context;
    const agents = this.#agents();
    const database = { kind: settings.postgresUrl ? 'postgresql' : 'pglite', ...(await this.#database()) };
    const blocking = [];
    if (lifecycle.stopping) blocking.push({ code: 'STOPPING', message: 'The agent is shutting down.' });
    else if (!this.#startedAt) blocking.push({ code: 'STARTING', message: 'The agent is not initialised yet.' });
    else if (agents.length === 0) blocking.push({ code: 'AGENT_STOPPED', message: 'No agent runs in this process any more.' });
    if (this.#startedAt && !database.ok) blocking.push({ code: 'DATABASE_DOWN', message: `The database does not answer: ${database.error}` });
    const degrading = this.#startedAt ? this.#degrading() : [];
    const status = lifecycle.stopping ? 'stopping' : !this.#startedAt ? 'starting' : blocking.length > 0 ? 'unavailable' : degrading.length > 0 ? 'degraded' : 'ready';
    return { status, pid: process.pid, reasons: [...blocking, ...degrading], agents, database, startedAt: this.#startedAt };
  }

  #runtimes() {
    return this.#server?.elizaOS?.getAgents() ?? [];
  }

  #agents() {
    return this.#runtimes().map((runtime) => ({
      id: runtime.agentId,
      name: runtime.character.name,
      ready: this.#startedAt !== undefined,
      models: MODELS.filter((model) => runtime.getModel(model)),
    }));
  }

  async #database() {
    const connection = this.#server?.database;
    if (!connection) return { ok: false, error: 'not opened yet' };
    try {
      const ping = connection.getConnection().then((client) => client.query('SELECT 1'));
      ping.catch(() => {});
      return (await within(DATABASE_MS, ping)) === TIMED_OUT ? { ok: false, error: `no answer within ${DATABASE_MS / 1000} seconds` } : { ok: true };
    } catch (error) {
      return { ok: false, error: reasonOf(error) };
    }
  }

  /** What an agent that runs lacks: models, services, answers. */
  #degrading() {
    const { models, metrics } = this.#context;
    const reasons = [...models.reasons, ...metrics.failedModelCalls()];
    for (const runtime of this.#runtimes()) {
      for (const model of MODELS) {
        if (!runtime.getModel(model)) reasons.push({ code: 'MODEL_ABSENT', message: `No selected plugin offers ${model}${ABSENT[model]}` });
      }
      for (const [service, status] of runtime.serviceRegistrationStatus ?? []) {
        if (status === 'failed') reasons.push({ code: 'SERVICE_FAILED', message: `The service ${service} did not start; the log names the cause.` });
      }
    }
    return reasons;
  }
}

const ABSENT = {
  TEXT_SMALL: '; messages cannot be answered. Add a model plugin.',
  TEXT_LARGE: '; messages cannot be answered. Add a model plugin.',
  TEXT_EMBEDDING: '; the agent does not find memories by meaning. Add a provider that has embeddings.',
};
