// The stock server streams a reply as server-sent events, and ends the stream when the reply is there or handling the message
// throws. Where the agent says nothing (its model broke off while it streamed, or it decided so) neither happens, and whoever
// listens waits for ever: such a stream is ended here.

import { AsyncLocalStorage } from 'node:async_hooks';

const answers = new AsyncLocalStorage();

/** Middleware: whoever handles a message knows which answer waits for it. */
export const rememberAnswer = (req, res, next) => answers.run(res, next);

/** Looks after the streams of a started runtime. */
export function endStreams(runtime) {
  const service = runtime.messageService;
  const handle = service.handleMessage.bind(service);
  service.handleMessage = async (self, message, callback, options) => {
    let replied = false;
    const reply = callback && ((...args) => {
      replied = true;
      return callback(...args);
    });
    const result = await handle(self, message, reply, options);
    if (!replied) end(answers.getStore(), result?.responseContent?.text);
    return result;
  };
}

function end(res, text) {
  if (!res || res.writableEnded || !String(res.getHeader('content-type')).startsWith('text/event-stream')) return;
  const [event, data] = text ? ['done', { text }] : ['error', { error: 'The agent gave no reply.' }];
  res.end(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
