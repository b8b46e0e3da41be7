import { createServer } from 'node:http';

// Runs inside a pod: answers every request with the name of the pod that it reached, over a new connection each time.
const instance = process.env.LAB_INSTANCE ?? '';
const namespace = process.env.LAB_NAMESPACE ?? '';

for (const port of (process.env.LAB_PORTS ?? '').split(',').map(Number)) {
  createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
    const caller = request.headers['x-forwarded-client-cert'];
    response.end(`${JSON.stringify({ instance, namespace, port, path: request.url, caller })}\n`);
  }).listen(port);
}
