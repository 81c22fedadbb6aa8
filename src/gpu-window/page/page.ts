// The page only holds the worker: a page's own thread is throttled when nobody sees it, a worker's is not.
new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
