// Writes one output over the other until it is killed, or forgotten.
//     node -r tsx/cjs writer.ts FOLDER
import { writeFiles } from '../../../lib/output/write';
import { OUTPUTS, OWNER } from './outputs';

const [, , folder = ''] = process.argv;
const end = Date.now() + 60_000;
while (Date.now() < end) for (const files of OUTPUTS) writeFiles(folder, OWNER, files);
