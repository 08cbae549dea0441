// What an agent's embedded database begins with. PGlite takes two seconds of processor time to make an empty one, and it is the
// same each time; beside a project on the launcher's machine lies one that was made before.

import { constants, cpSync, existsSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PREPARED = fileURLToPath(new URL('../empty-database', import.meta.url));

/** Copies the prepared database to where there is none yet, whole or not at all. The directory must be this process's alone. */
export function beginWithPrepared(directory, prepared = PREPARED) {
  if (!existsSync(prepared) || (existsSync(directory) && readdirSync(directory).length > 0)) return;
  const draft = `${directory}.draft`;
  try {
    rmSync(draft, { recursive: true, force: true }); // of a start that was killed
    // A link would be copied as a link, and all agents would write into one database.
    cpSync(realpathSync(prepared), draft, { recursive: true, mode: constants.COPYFILE_FICLONE });
    renameSync(draft, directory);
  } catch {
    // Then PGlite makes its own, or says what is in its way.
    if (existsSync(draft)) rmSync(draft, { recursive: true, force: true });
  }
}
