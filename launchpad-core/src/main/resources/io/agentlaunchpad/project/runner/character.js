// The character file and its plugins: read, checked and loaded before the server starts, because the server passes
// over a plugin that it cannot load and over a file that it cannot find.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { during, reasonOf, StartFailure } from './failure.js';

const FIX_FILE = 'Set LAUNCHPAD_CHARACTER to a character file of ElizaOS 1.x; it is strict JSON with known keys only.';

/** The text of the file, with what can be told before the official parser is loaded. */
export function readCharacterFile(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new StartFailure('CHARACTER_INVALID', `The character file cannot be read: ${error.message}`, FIX_FILE, error);
  }
  try {
    const file = JSON.parse(text);
    const plugins = (Array.isArray(file?.plugins) ? file.plugins : []).filter((name) => typeof name === 'string');
    return { text, plugins, settings: { ...file?.settings, ...file?.settings?.secrets, ...file?.secrets } };
  } catch (error) {
    throw new StartFailure('CHARACTER_INVALID', `The character file ${path} is not JSON: ${error.message}`, FIX_FILE, error);
  }
}

/**
 * Parses with the official parser. The server's own loader is not used: it turns every variable that begins with the
 * character's name into a stored secret.
 */
export function loadCharacter({ parseAndValidateCharacter, stringToUuid }, text, path) {
  const result = parseAndValidateCharacter(text);
  if (!result.success) {
    const issues = result.error?.issues?.map((issue) => `${issue.path?.join('.') || '(top level)'}: ${issue.message}`).join('; ');
    throw new StartFailure('CHARACTER_INVALID', `ElizaOS refuses the character file ${path}: ${issues || result.error?.message}`, FIX_FILE);
  }
  return { ...result.data, id: result.data.id ?? stringToUuid(result.data.name) };
}

/** Loads every plugin, or says which one cannot be loaded and why. */
export async function loadPlugins({ loadPlugin }, names) {
  for (const name of names) {
    await during('PLUGIN_MISSING', `Install ${name} (npm ci in the project directory), or remove it from the character's plugins.`, `Plugin ${name} could not be loaded`, () => importPlugin(name));
    if (!(await loadPlugin(name))) {
      throw new StartFailure('PLUGIN_MISSING', `The package ${name} is installed but exports no plugin.`, "Check the name in the character's plugins: it must be an ElizaOS 1.x plugin.");
    }
  }
}

async function importPlugin(name) {
  try {
    await import(name);
  } catch (error) {
    if (error?.code === 'ERR_MODULE_NOT_FOUND' && !missesItself(error, name)) {
      throw new StartFailure('PLUGIN_MISSING', `Plugin ${name} needs a package that is not installed: ${reasonOf(error)}`, 'Use the full dependency set instead of the slim one, then install again.', error);
    }
    throw error;
  }
}

const missesItself = (error, name) => error.message.includes(`'${name}'`);

/** The names of the settings in the package's own metadata; without it the plugin sees what LAUNCHPAD_SETTINGS names. */
export function declaredSettings(name) {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      return Object.keys(JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).agentConfig?.pluginParameters ?? {});
    } catch {
      // not here; Node looks in the next folder
    }
  }
  return [];
}
