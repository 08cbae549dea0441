// What an agent's embedded database begins with. PGlite takes two seconds of processor time to make an empty one, and it is the
// same each time; beside a project on the launcher's machine lies one that was made before.

import { createHash } from 'node:crypto';
import { constants, cpSync, existsSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PREPARED = fileURLToPath(new URL('../empty-database', import.meta.url));

/** Copies the prepared database to where there is none yet, whole or not at all. The directory must be this process's alone. */
export function beginWithPrepared(directory, log, prepared = PREPARED) {
  if (!existsSync(prepared) || (existsSync(directory) && readdirSync(directory).length > 0)) return;
  const draft = `${directory}.draft`;
  try {
    rmSync(draft, { recursive: true, force: true }); // of a start that was killed
    // A link would be copied as a link, and all agents would write into one database.
    cpSync(realpathSync(prepared), draft, { recursive: true, mode: constants.COPYFILE_FICLONE });
    requireWhole(draft, prepared);
    renameSync(join(draft, 'data'), directory);
  } catch (error) {
    // Then PGlite makes its own, or says what is in its way.
    log.warn({ launchpad: 'database', message: `The prepared database was not used, PGlite makes one: ${error.message}` });
  } finally {
    if (existsSync(draft)) rmSync(draft, { recursive: true, force: true });
  }
}

function requireWhole(copy, original) {
  const damaged = (file) => new Error(`${file} is damaged. Remove ${dirname(realpathSync(original))} and it is made again.`);
  const sums = readFileSync(join(copy, 'SHA256SUMS'), 'utf8').match(/^.+$/gm);
  if (!sums) throw damaged('SHA256SUMS');
  for (const line of sums) {
    const [sum, file] = line.split('  ');
    if (createHash('sha256').update(readFileSync(join(copy, file))).digest('hex') !== sum) throw damaged(file);
  }
}
