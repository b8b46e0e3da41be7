import { createSocket, type RemoteInfo } from 'node:dgram';
import { readFileSync, statSync } from 'node:fs';

/**
 * Runs on a cluster's node: the pods' name server, in place of the cluster's DNS and of the public one. The
 * zone is a JSON file, name to addresses, that the lab rewrites; it is read again whenever it changed.
 */
const [, , file = '', address = ''] = process.argv;
const ADDRESS = 1;
const NAME_ERROR = 3;
let zone: Record<string, readonly string[]> = {};
let readAt = -1;

function addresses(name: string): readonly string[] | undefined {
  try {
    const changed = statSync(file).mtimeMs;
    if (changed !== readAt) zone = JSON.parse(readFileSync(file, 'utf8')) as typeof zone;
    readAt = changed;
  } catch {
    // Between two versions of the file: the last one that was read still holds.
  }
  return zone[name] ?? zone[name.replace(/^[^.]+/, '*')];
}

function question(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let offset = 12;
  for (let length = query.readUInt8(offset); length > 0; length = query.readUInt8(offset)) {
    labels.push(query.toString('latin1', offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(offset + 1), end: offset + 5 };
}

function record(value: string): Buffer {
  const [a = 0, b = 0, c = 0, d = 0] = value.split('.').map(Number);
  // A pointer to the question's name, type A, class IN, five seconds to live, four bytes.
  return Buffer.from([0xc0, 0x0c, 0, ADDRESS, 0, 1, 0, 0, 0, 5, 0, 4, a, b, c, d]);
}

function answer(query: Buffer): Buffer {
  const { name, type, end } = question(query);
  const found = addresses(name);
  const records = type === ADDRESS ? (found ?? []).map(record) : [];
  const head = Buffer.from(query.subarray(0, end));
  head.writeUInt16BE(0x8580 | (found ? 0 : NAME_ERROR), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...records]);
}

const socket = createSocket('udp4');
socket.on('message', (query: Buffer, from: RemoteInfo) => {
  try {
    socket.send(answer(query), from.port, from.address);
  } catch {
    // Not a DNS question: nothing to answer.
  }
});
socket.bind(53, address);
