// Starts one agent and says on /readyz whether it is there. Only for the testbed's own check: what Launchpad ships does more.
import { setAllowedEnvVars } from '@elizaos/core';
import { AgentServer, loadCharacterTryPath } from '@elizaos/server';

process.on('uncaughtException', (error) => {
  console.error(error);
  process.exit(1);
});
setAllowedEnvVars(['POSTGRES_URL', 'PGLITE_DATA_DIR', 'OPENAI_API_KEY', 'OPENAI_BASE_URL']);
let ready = false;
const middlewares = [(request, response, next) => (request.url === '/readyz' ? response.status(ready ? 200 : 503).end() : next())];
const server = new AgentServer();
const character = await loadCharacterTryPath('character.json');
await server.start({
  port: Number(process.env.SERVER_PORT),
  dataDir: process.env.PGLITE_DATA_DIR,
  postgresUrl: process.env.POSTGRES_URL,
  middlewares,
  agents: [{ character }],
});
ready = true;
