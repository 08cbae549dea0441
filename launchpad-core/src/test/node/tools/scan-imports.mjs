// Which packages does a published plugin import? Its declared dependencies minus these are dead weight.

import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';

const IMPORT = /(?:^|[\s;}])(?:import|export)\s*(?:[\w*{$][^'";]*?\sfrom\s*)?["']([^"'./][^"']*)["']|(?:import|require|__require\d*)\(\s*["']([^"'./][^"']*)["']\s*\)/gm;

/** The package names that the code for Node imports; code for browsers is passed over. */
export function importedPackages(folder) {
  const found = new Set();
  for (const file of sources(folder)) {
    for (const [, statement, call] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const parts = (statement ?? call).split('/');
      const name = parts[0].startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
      if (!name.startsWith('node:') && !builtinModules.includes(name)) found.add(name);
    }
  }
  return found;
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'browser', 'client', 'assets', 'frontend'].includes(entry.name) ? [] : sources(path);
    return /\.[mc]?js$/.test(entry.name) ? [path] : [];
  });
}
