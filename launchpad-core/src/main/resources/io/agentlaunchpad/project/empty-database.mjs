// Makes the database that PGlite would make at an agent's first start: node empty-database.mjs <PGlite's package> <directory>
// The directory then holds it as `data`, and `SHA256SUMS` as the program sha256sum writes it: what is copied must be whole.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--wasm-tiering-budget=1000000000'); // as in runner/start.js
const [packageFolder, directory] = process.argv.slice(-2);
const { PGlite } = createRequire(join(packageFolder, 'package.json'))('@electric-sql/pglite');
mkdirSync(directory, { recursive: true });
const database = await PGlite.create({ dataDir: join(directory, 'data') });
await database.close();

const sums = readdirSync(join(directory, 'data'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .map((file) => `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${relative(directory, file)}\n`);
writeFileSync(join(directory, 'SHA256SUMS'), sums.join(''));
