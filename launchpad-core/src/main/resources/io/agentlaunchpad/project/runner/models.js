// Model providers: which key each needs, and whether its service answers. Probes ask for a list of models, which costs
// nothing, and they are rare.

import { StartFailure, reasonOf } from './failure.js';

const PROBE_MS = 4000;
const WHEN_WELL_MS = 60_000;
const WHEN_ILL_MS = 10_000;

const bearer = (key) => ({ authorization: `Bearer ${key}` });

/** `key`: the setting without which no message is answered. `base`, which the setting `url` changes, and `path`: where it lists its models. */
export const PROVIDERS = {
  '@elizaos/plugin-openai': { key: 'OPENAI_API_KEY', url: 'OPENAI_BASE_URL', base: 'https://api.openai.com/v1', path: '/models', headers: bearer },
  '@elizaos/plugin-anthropic': { key: 'ANTHROPIC_API_KEY', url: 'ANTHROPIC_BASE_URL', base: 'https://api.anthropic.com/v1', path: '/models', headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }) },
  '@elizaos/plugin-google-genai': { key: 'GOOGLE_GENERATIVE_AI_API_KEY', base: 'https://generativelanguage.googleapis.com/v1beta', path: '/models', headers: (key) => ({ 'x-goog-api-key': key }) },
  '@elizaos/plugin-openrouter': { key: 'OPENROUTER_API_KEY', url: 'OPENROUTER_BASE_URL', base: 'https://openrouter.ai/api/v1', path: '/models', headers: bearer },
  '@elizaos/plugin-groq': { key: 'GROQ_API_KEY', url: 'GROQ_BASE_URL', base: 'https://api.groq.com/openai/v1', path: '/models', headers: bearer },
  '@elizaos/plugin-ollama': { key: 'OLLAMA_API_ENDPOINT', url: 'OLLAMA_API_ENDPOINT', base: 'http://localhost:11434/api', path: '/tags', headers: () => ({}) },
};

/** The settings that the selected providers need, whether or not their packages declare them. */
export const providerSettings = (plugins) => plugins.flatMap((name) => [PROVIDERS[name]?.key, PROVIDERS[name]?.url]).filter(Boolean);

/** Whether a plugin's own words complain about an absent key. */
export const isMissingKey = (text) => /api.?key/i.test(text) && /missing|required|not set|not defined|not found|no .*key|must be/i.test(text);

/** How plugins look a setting up: the character file first, then the environment. */
const lookup = (character, values) => (name) => {
  const found = character.settings?.[name] || values[name];
  return typeof found === 'string' ? found.trim() : found;
};

const providersOf = (character) => (character.plugins ?? []).filter((name) => PROVIDERS[name]).map((name) => ({ name, ...PROVIDERS[name] }));

/** A selected provider without its key would start, look healthy and answer every message with an error. */
export function requireModelKeys(character, values, waived) {
  const value = lookup(character, values);
  for (const { name, key, url } of providersOf(character)) {
    if (value(key) || key === url || waived.has(key)) continue; // an address has a default, which the plugin uses too
    throw new StartFailure(
      'MODEL_KEY_MISSING',
      `Plugin ${name} needs ${key}, which is not set.`,
      `Give the agent the secret ${key}, remove the plugin, or set LAUNCHPAD_WAIVED=${key} to start without it.`,
    );
  }
}

/** Watches in the background whether the selected providers answer. */
export class ModelWatch {
  #providers;
  #value;
  #log;
  #problems = new Map();
  #timer;
  #first;

  constructor(character, values, log) {
    this.#providers = providersOf(character);
    this.#value = lookup(character, values);
    this.#log = log;
  }

  begin() {
    this.#first = this.#providers.length > 0 ? this.#round() : Promise.resolve();
  }

  /** Resolves when each provider was asked; one that did not answer while ElizaOS kept this process busy, again. */
  async settled() {
    await this.#first;
    if (this.#problems.size > 0) await this.#round();
  }

  /** What is wrong with the providers: [{code, message}]. */
  get reasons() {
    return [...this.#problems.values()];
  }

  async #round() {
    clearTimeout(this.#timer);
    await Promise.all(this.#providers.map((provider) => this.#probe(provider)));
    this.#timer = setTimeout(() => this.#round(), this.#problems.size > 0 ? WHEN_ILL_MS : WHEN_WELL_MS).unref();
  }

  async #probe(provider) {
    const problem = await this.#ask(provider);
    const before = this.#problems.get(provider.name);
    if (problem) this.#problems.set(provider.name, problem);
    else this.#problems.delete(provider.name);
    if (problem?.message !== before?.message) {
      if (problem) this.#log.warn({ launchpad: 'model', ...problem });
      else this.#log.info({ launchpad: 'model', message: `${provider.name} answers again` });
    }
  }

  async #ask({ name, key, url: setting, base, path, headers }) {
    const secret = this.#value(key);
    if (!secret && key !== setting) return { code: 'MODEL_KEY_MISSING', message: `${name} has no ${key}; it cannot answer.` };
    let sent;
    try {
      sent = new Headers(headers(secret));
    } catch { // its message shows the value
      return { code: 'MODEL_KEY_REJECTED', message: `The ${key} of ${name} holds a line break or another character that no HTTP header may hold.` };
    }
    const url = String((setting && this.#value(setting)) || base).replace(/\/+$/, '');
    try {
      const response = await fetch(url + path, { headers: sent, signal: AbortSignal.timeout(PROBE_MS), redirect: 'manual' });
      await response.body?.cancel();
      if (response.status === 401 || response.status === 403) {
        return { code: 'MODEL_KEY_REJECTED', message: `${url} refuses the ${key} of ${name} (HTTP ${response.status}).` };
      }
      if (response.status >= 500 || response.status === 429) {
        return { code: 'MODEL_UNREACHABLE', message: `${url} answers HTTP ${response.status} for ${name}.` };
      }
      return undefined; // any other answer, 404 included, comes from a living server
    } catch (error) {
      return { code: 'MODEL_UNREACHABLE', message: `${url} does not answer for ${name}: ${error.name === 'TimeoutError' ? `nothing within ${PROBE_MS / 1000} seconds` : reasonOf(error)}` };
    }
  }
}
