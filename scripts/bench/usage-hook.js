// Loaded before everything else into each Node process that is measured: notes what the process used, at its end.
// Plain JavaScript, so that no compiler is measured along with it.
process.on('exit', () => {
  // a process that measures another one unsets it
  if (!process.env.BENCH_USAGE_FILE) return;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const line = JSON.stringify({ cpuMicroseconds: userCPUTime + systemCPUTime, peakKilobytes: maxRSS });
  require('node:fs').appendFileSync(process.env.BENCH_USAGE_FILE, `${line}\n`);
});
