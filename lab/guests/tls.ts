import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';

// Speaks to a gateway as a proxy would, with a certificate and an SNI of its caller's choice, and tells what came back.
// Arguments: HOST PORT SNI FOLDER (with cert.pem and key.pem). Prints one line of JSON.
const [, , host = '', port = '', servername = '', folder = ''] = process.argv;

const socket = connect({
  host,
  port: Number(port),
  servername,
  cert: readFileSync(`${folder}/cert.pem`),
  key: readFileSync(`${folder}/key.pem`),
  // What is asked is whether the other side lets us in; who it is has been asked elsewhere.
  rejectUnauthorized: false,
  ALPNProtocols: ['istio'],
});

let received = '';
const end = (how: string) => {
  console.log(JSON.stringify({ how, received: received.slice(0, 400) }));
  process.exit(0);
};
socket.setTimeout(4000, () => end('silence'));
socket.on('secureConnect', () => socket.write('GET / HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n'));
socket.on('data', (chunk) => {
  received += chunk.toString('latin1');
});
// OpenSSL's own word for it, without the addresses and line numbers around it
socket.on('error', (error: Error & { reason?: string }) => end(error.reason ?? error.message));
socket.on('end', () => end('closed'));
socket.on('close', () => end('closed'));
