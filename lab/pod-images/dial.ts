import { readFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

// Dials targets, many at a time, and reports what came back: as a proxy of the mesh would, with any certificate and SNI, in plain text,
// or without a byte, to see whether the network lets it through.
// Reads JSON from stdin: { targets: Target[], atOnce: number }. Prints a JSON list, an Outcome for each.

/** What to dial. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** `connect` sends nothing. */
  readonly how: 'tls' | 'plain' | 'connect';
  readonly sni?: string;
  /** Holds cert.pem and key.pem. @default no certificate */
  readonly folder?: string;
  /** What the client sends, as hexadecimal digits. @default - an HTTP request, or a log-in after a greeting */
  readonly says?: string;
}

/** What came of it. */
export interface Outcome {
  /** Why it ended: silence, closed, or the name of the error. */
  readonly how: string;
  readonly connected: boolean;
  /** Whether a TLS handshake was completed. */
  readonly handshake: boolean;
  /** How many bytes came before the client sent any. */
  readonly greeting: number;
  /** What came after. */
  readonly answer: string;
}

const CONNECTS = 1_500;
/** A busy machine may take longer for a TLS handshake: a gateway that is only slow must not count as one that refuses. */
const HANDSHAKES = 6_000;
/** How long a server may take to send a greeting. */
const GREETS = 400;
const ANSWERS = 3_000;
const REQUEST = 'GET / HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n';
/** A log-in packet of the right length and no content: MySQL answers with an error. */
const LOGIN = Buffer.concat([Buffer.from([32, 0, 0, 1]), Buffer.alloc(32)]);

function dial(target: Target): Promise<Outcome> {
  return new Promise((resolve) => {
    let connected = false;
    let spoken = false;
    let greeting = 0;
    let answer = '';
    let timer = setTimeout(() => end('silence'), target.how === 'tls' ? HANDSHAKES : CONNECTS);
    const socket = open(target);
    const own = target.says === undefined ? undefined : Buffer.from(target.says, 'hex');
    const end = (how: string) => {
      clearTimeout(timer);
      socket.destroy();
      const handshake = connected && target.how === 'tls';
      resolve({ how, connected, handshake, greeting, answer: answer.slice(0, 400) });
    };
    const wait = (ms: number, then: () => void) => {
      clearTimeout(timer);
      timer = setTimeout(then, ms);
    };
    const speak = (what: string | Buffer) => {
      spoken = true;
      socket.write(what);
      wait(ANSWERS, () => end('silence'));
    };
    socket.on(target.how === 'tls' ? 'secureConnect' : 'connect', () => {
      connected = true;
      if (target.how === 'connect') return end('connected');
      wait(GREETS, () => speak(own ?? REQUEST));
    });
    socket.on('data', (chunk: Buffer) => {
      // a busy server's greeting may come after the client has given up waiting for it
      const isLate = greeting === 0 && isMysqlGreeting(chunk);
      if (spoken && !isLate) {
        answer += chunk.toString('latin1');
        return wait(100, () => end('answered'));
      }
      greeting += chunk.length;
      speak(own ?? LOGIN);
    });
    // OpenSSL's name of the error, without addresses and line numbers
    socket.on('error', (error: Error & { reason?: string; code?: string }) =>
      end(error.reason ?? error.code ?? error.message),
    );
    socket.on('close', () => end('closed'));
  });
}

/** MySQL's first packet: three bytes of length, the number 0, and the protocol's version 10. */
function isMysqlGreeting(bytes: Buffer): boolean {
  return bytes.length > 5 && bytes[3] === 0 && bytes[4] === 10;
}

function open({ host, port, how, sni, folder }: Target): Socket {
  if (how !== 'tls') return connectTcp({ host, port });
  return connectTls({
    host,
    port,
    servername: sni,
    cert: folder && readFileSync(`${folder}/cert.pem`),
    key: folder && readFileSync(`${folder}/key.pem`),
    // The check is whether the server lets the client in; other checks verify the server.
    rejectUnauthorized: false,
    // the mesh's own, which its proxies expect; and one that servers outside the mesh, such as API servers, accept
    ALPNProtocols: ['istio', 'http/1.1'],
  });
}

async function main(): Promise<void> {
  const { targets, atOnce } = JSON.parse(readFileSync(0, 'utf8')) as { targets: Target[]; atOnce: number };
  const outcomes: Outcome[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < targets.length; index = next++) {
      outcomes[index] = await dial(targets[index] as Target);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  console.log(JSON.stringify(outcomes));
}

void main();
