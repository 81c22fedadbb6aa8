// Preloaded into a worker: its clock is LAMINA_BENCH_CLOCK milliseconds ahead of everybody's, as on a machine that nobody has set.
const ahead = Number(process.env.LAMINA_BENCH_CLOCK);
const { now } = Date;
Date.now = () => now() + ahead;
globalThis.Date = new Proxy(Date, {
  construct: (target, args, self) =>
    Reflect.construct(target, args.length === 0 ? [target.now()] : args, self),
});
