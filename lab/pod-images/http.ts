import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer } from 'node:net';

// Runs inside a pod: answers every request with the name of the pod that it reached, over a new connection each time.
// It takes HTTP/1.1 and, as a port of protocol HTTP2 or gRPC must, HTTP/2 without TLS.
const instance = process.env.LAB_INSTANCE ?? '';
const namespace = process.env.LAB_NAMESPACE ?? '';

function answer(request: IncomingMessage | Http2ServerRequest, port: number): string {
  const caller = request.headers['x-forwarded-client-cert'];
  return `${JSON.stringify({ instance, namespace, port, path: request.url, caller })}\n`;
}

const TYPE = { 'content-type': 'application/json' };

for (const port of (process.env.LAB_PORTS ?? '').split(',').map(Number)) {
  const http = createHttp((request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { ...TYPE, connection: 'close' });
    response.end(answer(request, port));
  });
  const http2 = createHttp2((request: Http2ServerRequest, response: Http2ServerResponse) => {
    // no further request over this connection: the next one shows again which pod is reached
    response.stream.session?.goaway();
    response.writeHead(200, TYPE);
    response.end(answer(request, port));
  });
  createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      // an HTTP/2 client begins with a request that is none: PRI * HTTP/2.0
      const server = first.subarray(0, 4).toString('latin1') === 'PRI ' ? http2 : http;
      server.emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  }).listen(port);
}
