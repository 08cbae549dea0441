// Counters in the Prometheus text format (https://prometheus.io/docs/instrumenting/exposition_formats/), without a library.

import { reasonOf } from './failure.js';

const REMEMBER_MS = 5 * 60_000;

export class Metrics {
  #counters = new Map();
  #lastFailure = new Map();

  constructor() {
    process.on('unhandledRejection', (reason) => this.#onRejection(reason));
  }

  /** Middleware: counts answers by status code; the three endpoints for machines come before it in meaning, not here. */
  countRequests = (req, res, next) => {
    if (!/^\/(livez|readyz|metrics)$/.test(req.path)) res.once('close', () => this.#add('launchpad_agent_http_requests_total', { code: res.statusCode }));
    next();
  };

  /** Counts messages and model calls of a started runtime. */
  observe(runtime) {
    const service = runtime.messageService;
    const handle = service.handleMessage.bind(service);
    service.handleMessage = async (self, message, callback, options) => {
      this.#add('launchpad_agent_messages_received_total');
      let replies = 0;
      const reply = callback && ((...args) => {
        replies++;
        return callback(...args);
      });
      try {
        const result = await handle(self, message, reply, options);
        if (replies === 0 && result?.didRespond) replies = 1; // over plain HTTP the reply is the result
        return result;
      } catch (error) {
        this.#add('launchpad_agent_message_errors_total');
        throw error;
      } finally {
        if (replies > 0) this.#add('launchpad_agent_messages_sent_total', undefined, replies);
      }
    };
    const use = runtime.useModel.bind(runtime);
    runtime.useModel = async (model, ...rest) => {
      const from = performance.now();
      try {
        const result = await use(model, ...rest);
        this.#modelCall(model, 'ok', from);
        this.#lastFailure.delete(model);
        return result;
      } catch (error) {
        this.#modelCall(model, 'error', from);
        this.#lastFailure.set(model, { at: Date.now(), why: reasonOf(error) });
        throw error;
      }
    };
  }

  /** Models whose latest call failed, for a few minutes. */
  failedModelCalls() {
    return [...this.#lastFailure]
      .filter(([, { at }]) => Date.now() - at < REMEMBER_MS)
      .map(([model, { why }]) => ({ code: 'MODEL_CALL_FAILED', message: `The latest call of ${model} failed: ${why}` }));
  }

  /** The whole page, for a state of Readiness. */
  text(state) {
    const up = state.status === 'ready' || state.status === 'degraded';
    const memory = process.memoryUsage();
    const cpu = process.cpuUsage();
    return [
      gauge('launchpad_agent_ready', 'Whether the agent may get traffic.', up),
      gauge('launchpad_agent_degraded', 'Whether the agent runs but lacks something.', state.status === 'degraded'),
      gauge('launchpad_agent_agents', 'Agents that run in this process.', state.agents.length),
      gauge('launchpad_agent_database_up', 'Whether the database answers.', state.database.ok),
      family('launchpad_agent_reason', 'gauge', 'What is wrong, by code; absent when nothing is.', tally(state.reasons)),
      this.#counter('launchpad_agent_messages_received_total', 'Messages that the agent was given.'),
      this.#counter('launchpad_agent_messages_sent_total', 'Replies that the agent gave.'),
      this.#counter('launchpad_agent_message_errors_total', 'Messages whose handling failed.'),
      this.#counter('launchpad_agent_model_calls_total', 'Model calls by model and outcome.', null),
      this.#counter('launchpad_agent_model_call_seconds_total', 'Time spent in model calls, by model.', null),
      this.#counter('launchpad_agent_http_requests_total', 'HTTP answers by status code.', null),
      this.#counter('launchpad_agent_unhandled_rejections_total', 'Promises that failed and that nobody awaited.'),
      gauge('process_start_time_seconds', 'Start of the process since the Unix epoch.', performance.timeOrigin / 1000),
      family('process_cpu_seconds_total', 'counter', 'User and system time of the process.', [['', (cpu.user + cpu.system) / 1e6]]),
      gauge('process_resident_memory_bytes', 'Resident memory.', memory.rss),
      gauge('nodejs_heap_size_used_bytes', 'Used JavaScript heap.', memory.heapUsed),
      gauge('nodejs_external_memory_bytes', 'Memory outside the JavaScript heap, the embedded database among it.', memory.external),
    ].join('');
  }

  #modelCall(model, outcome, from) {
    this.#add('launchpad_agent_model_calls_total', { model, outcome });
    this.#add('launchpad_agent_model_call_seconds_total', { model }, (performance.now() - from) / 1000);
  }

  /**
   * A failed promise that nobody awaits does not end the process: ElizaOS leaves one whenever a platform refuses a
   * token, while the agent goes on answering elsewhere. It is logged and counted; an uncaught exception does end it.
   */
  #onRejection(reason) {
    this.#add('launchpad_agent_unhandled_rejections_total');
    process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level: 'error', launchpad: 'unhandledRejection', message: reasonOf(reason), stack: reason?.stack })}\n`);
  }

  #add(name, labels, by = 1) {
    const key = labels ? `{${Object.entries(labels).map(([k, v]) => `${k}="${escape(v)}"`).join(',')}}` : '';
    const samples = this.#counters.get(name) ?? new Map();
    samples.set(key, (samples.get(key) ?? 0) + by);
    this.#counters.set(name, samples);
  }

  #counter(name, help, preset = [['', 0]]) {
    return family(name, 'counter', help, [...(this.#counters.get(name) ?? preset ?? [])]);
  }
}

const escape = (value) => String(value).replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
const gauge = (name, help, value) => family(name, 'gauge', help, [['', Number(value)]]);

const family = (name, type, help, samples) =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map(([labels, value]) => `${name}${labels} ${value}\n`).join('')}`;

const tally = (reasons) => [...new Set(reasons.map(({ code }) => code))].map((code) => [`{code="${code}"}`, reasons.filter((r) => r.code === code).length]);
