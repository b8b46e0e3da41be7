import { readFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

// Dials what it is told to, many at a time, and tells what came back: as a proxy of the mesh would, with a certificate and an SNI of
// its caller's choice, or in plain text, or only as far as the network goes.
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
  /** What the client says, as hexadecimal digits. @default - an HTTP request, or a log-in after a greeting */
  readonly says?: string;
}

/** What came of it. */
export interface Outcome {
  /** Why it ended: silence, closed, or the error's own word. */
  readonly how: string;
  readonly connected: boolean;
  /** Whether TLS was agreed on. */
  readonly handshake: boolean;
  /** Bytes that came before the client said anything. */
  readonly greeting: number;
  /** What came after. */
  readonly answer: string;
}

const CONNECTS = 1_500;
/** How long a server may take to speak first. */
const GREETS = 400;
const ANSWERS = 3_000;
const REQUEST = 'GET / HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n';
/** A log-in packet of the right length and no sense: MySQL answers that it is bad. */
const LOGIN = Buffer.concat([Buffer.from([32, 0, 0, 1]), Buffer.alloc(32)]);

function dial(target: Target): Promise<Outcome> {
  return new Promise((resolve) => {
    let connected = false;
    let spoken = false;
    let greeting = 0;
    let answer = '';
    let timer = setTimeout(() => end('silence'), CONNECTS);
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
      if (spoken) {
        answer += chunk.toString('latin1');
        return wait(100, () => end('answered'));
      }
      greeting += chunk.length;
      speak(own ?? LOGIN);
    });
    // OpenSSL's own word for it, without the addresses and line numbers around it
    socket.on('error', (error: Error & { reason?: string; code?: string }) =>
      end(error.reason ?? error.code ?? error.message),
    );
    socket.on('close', () => end('closed'));
  });
}

function open({ host, port, how, sni, folder }: Target): Socket {
  if (how !== 'tls') return connectTcp({ host, port });
  return connectTls({
    host,
    port,
    servername: sni,
    cert: folder && readFileSync(`${folder}/cert.pem`),
    key: folder && readFileSync(`${folder}/key.pem`),
    // What is asked is whether the other side lets us in; who it is has been asked elsewhere.
    rejectUnauthorized: false,
    // the mesh's own, which its proxies ask for; and one that servers beyond it, such as API servers, do not refuse
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
