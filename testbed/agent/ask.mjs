// Asks the agent beside it one question and prints the reply: node ask.mjs [QUESTION]
const api = async (path, body) => {
  const response = await fetch('http://127.0.0.1:3000/api/' + path, body && {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(path + ' answered ' + response.status + ' ' + (await response.text()));
  return response.json();
};
const agent = (await api('agents')).data.agents[0];
console.log('agent', agent.name, 'is', agent.status);
const question = process.argv[2];
if (question) {
  const { sessionId } = await api('messaging/sessions', { agentId: agent.id, userId: crypto.randomUUID() });
  const answer = await api(`messaging/sessions/${sessionId}/messages`, { content: question, transport: 'http' });
  if (!answer.agentResponse?.text) throw new Error('no reply: ' + JSON.stringify(answer));
  console.log('reply:', answer.agentResponse.text);
}
