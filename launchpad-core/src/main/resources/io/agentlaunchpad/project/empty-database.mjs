// Makes the database that an agent's first start would make: node empty-database.mjs <node_modules> <directory>
// PGlite's files and the tables that ElizaOS runs on, without a row of anybody's. The directory then holds it as `data`, and
// `SHA256SUMS` as the program sha256sum writes it: what is copied must be whole.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--wasm-tiering-budget=1000000000'); // as in runner/start.js
process.env.LOG_LEVEL = 'error';
process.env.ENABLE_DATA_ISOLATION = 'false'; // of no use in PGlite, and a person's variable must not change what all agents begin with
const [modules, directory] = process.argv.slice(-2);
const plugin = createRequire(join(modules, 'package.json')).resolve('@elizaos/plugin-sql');
const { default: sql, createDatabaseAdapter, DatabaseMigrationService } = await import(pathToFileURL(plugin));

mkdirSync(directory, { recursive: true });
const database = createDatabaseAdapter({ dataDir: join(directory, 'data') }, '00000000-0000-0000-0000-000000000000');
await database.init();
const migrations = new DatabaseMigrationService();
await migrations.initializeWithDatabase(database.getDatabase());
migrations.discoverAndRegisterPluginSchemas([sql]);
await migrations.runAllPluginMigrations();
await database.close();

const sums = readdirSync(join(directory, 'data'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .map((file) => `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${relative(directory, file)}\n`);
writeFileSync(join(directory, 'SHA256SUMS'), sums.join(''));
