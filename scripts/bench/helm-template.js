// Runs `helm template` on a chart and notes what Helm used, read from /proc until it ends: Node does not tell what its children used.
// Plain JavaScript, so that no compiler is measured along with it.
//     node scripts/bench/helm-template.js HELM CHART FOLDER
const { spawn } = require('node:child_process');
const { appendFileSync, readFileSync } = require('node:fs');

const [helm, chart, folder] = process.argv.slice(2);
const { BENCH_USAGE_FILE: report, NODE_OPTIONS: _, ...env } = process.env;
// this process is not what is measured
delete process.env.BENCH_USAGE_FILE;

const TICKS_PER_SECOND = 100;
const child = spawn(helm, ['template', 'ring', chart, '--output-dir', folder], {
  env,
  stdio: ['ignore', 'ignore', 'inherit'],
});
let used = { cpuMicroseconds: 0, peakKilobytes: 0 };

const timer = setInterval(() => {
  try {
    // the fields after the name in parentheses: utime is the 12th of them, stime the 13th
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const [, peak] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
    used = {
      cpuMicroseconds: (ticks * 1e6) / TICKS_PER_SECOND,
      peakKilobytes: Number(peak ?? used.peakKilobytes),
    };
  } catch {
    // it has ended
  }
}, 10);

child.on('exit', (code) => {
  clearInterval(timer);
  appendFileSync(report, `${JSON.stringify(used)}\n`);
  process.exitCode = code ?? 1;
});
