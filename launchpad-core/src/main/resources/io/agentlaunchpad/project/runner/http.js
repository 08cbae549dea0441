// Three endpoints for machines, served before authentication and rate limiting, and a guard in front of the stock API.

/** Serves /livez, /readyz and /metrics; everything else goes on. */
export function endpoints(readiness, metrics) {
  const send = (res, status, type, body) => {
    res.statusCode = status;
    res.setHeader('content-type', type);
    res.setHeader('cache-control', 'no-store');
    res.end(body);
  };
  const routes = {
    '/livez': async (res) => send(res, 200, 'application/json', '{"status":"alive"}'),
    '/readyz': async (res) => {
      const { ready, body } = await readiness.answer();
      send(res, ready ? 200 : 503, 'application/json; charset=utf-8', body);
    },
    '/metrics': async (res) => send(res, 200, 'text/plain; version=0.0.4; charset=utf-8', metrics.text(await readiness.state())),
  };
  return (req, res, next) => {
    const route = req.method === 'GET' || req.method === 'HEAD' ? routes[req.path] : undefined;
    if (route) route(res).catch(next);
    else next();
  };
}

/** The stock server reads and writes a .env file, of this folder or any above, through its API. */
export function guards(req, res, next) {
  if (!/^\/+api\/+system\/+env/i.test(req.path)) return next();
  res.status(403).json({ success: false, error: { code: 'FORBIDDEN', message: 'The environment of this agent is set by its launcher.' } });
}
