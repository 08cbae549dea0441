// Lets the official tools run this project: `elizaos start` and `elizaos dev` read the default export.
// Launchpad itself starts it with `node runner`.

import { readFileSync } from 'node:fs';

const character = JSON.parse(readFileSync(new URL('./character.json', import.meta.url), 'utf8'));

export default { agents: [{ character, init: async () => {} }] };
