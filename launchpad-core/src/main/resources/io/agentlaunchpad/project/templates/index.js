// What `elizaos start` and `elizaos dev` look for. Launchpad itself starts the agent with `node runner`.

import { readFileSync } from 'node:fs';

const character = JSON.parse(readFileSync(new URL('./character.json', import.meta.url), 'utf8'));

export const projectAgent = { character, init: async () => {} };

export default { agents: [projectAgent] };
