// Makes the database that PGlite would make at an agent's first start: node empty-database.mjs <PGlite's package> <directory>

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--wasm-tiering-budget=1000000000'); // as in runner/start.js
const [packageFolder, directory] = process.argv.slice(-2);
const { PGlite } = createRequire(join(packageFolder, 'package.json'))('@electric-sql/pglite');
const database = await PGlite.create({ dataDir: directory });
await database.close();
