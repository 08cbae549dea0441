// What we know about each plugin that the published packages do not say. `regenerate.mjs` joins both into plugins.json.

export const ELIZAOS = '1.7.2';

/** Always installed. `cors` is imported by the server and not declared by it. */
export const BASE = {
  '@elizaos/core': ELIZAOS,
  '@elizaos/server': ELIZAOS,
  '@elizaos/plugin-sql': ELIZAOS,
  '@elizaos/plugin-bootstrap': ELIZAOS,
  cors: '2.8.5',
};

/**
 * rank: the order in a character's plugin list, lowest first. models: what the plugin registers with ElizaOS.
 * required: settings without which the plugin does not do its work, where the package says less, more or nothing.
 * without: what happens when they are missing.
 */
export const PLUGINS = [
  { name: '@elizaos/plugin-sql', version: ELIZAOS, rank: 0, category: 'database', always: true },
  { name: '@elizaos/plugin-anthropic', version: '1.5.12', rank: 10, category: 'model', without: 'no-answer' },
  { name: '@elizaos/plugin-openrouter', version: '1.5.17', rank: 11, category: 'model', without: 'no-answer' },
  { name: '@elizaos/plugin-groq', version: '1.0.4', rank: 12, category: 'model', without: 'no-answer' },
  { name: '@elizaos/plugin-openai', version: '1.6.0', rank: 20, category: 'model', without: 'no-answer' },
  { name: '@elizaos/plugin-google-genai', version: '1.1.0', rank: 21, category: 'model', without: 'start-fails' },
  { name: '@elizaos/plugin-ollama', version: '1.2.4', rank: 30, category: 'model', without: 'no-answer' },
  { name: '@elizaos/plugin-knowledge', version: '1.6.1', rank: 40, category: 'knowledge', needs: 'embeddings' },
  // plugin-mcp 1.8.2 imports getRequestContext, which @elizaos/core 1.7.2 does not export
  { name: '@elizaos/plugin-mcp', version: '1.3.5', rank: 41, category: 'tools' },
  { name: '@elizaos/plugin-discord', version: '1.3.8', rank: 50, category: 'channel', without: 'channel-off' },
  { name: '@elizaos/plugin-telegram', version: '1.6.4', rank: 51, category: 'channel', without: 'channel-off' },
  { name: '@elizaos/plugin-twitter', version: '1.2.22', rank: 52, category: 'channel', without: 'channel-off' },
  { name: '@elizaos/plugin-bootstrap', version: ELIZAOS, rank: 90, category: 'base', always: true },
];

/** Declared as dependencies by a publishing mistake: tools to build the plugin. Left out of both sets. */
export const BUILD_ONLY = ['tsup'];

/** Not imported by the plugin, needed all the same: what it imports looks for them by name (voice: codec, encryption). */
export const KEEP = { '@elizaos/plugin-discord': ['libsodium-wrappers', 'opusscript'] };
