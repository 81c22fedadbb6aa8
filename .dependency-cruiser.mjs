// The table of modules: what each may import. `npm run check:modules` fails on anything else.
// "packages" lists the only npm packages (and node: modules) a module may touch; "*node" means Node's own modules.
const modules = {
  units: { modules: [], packages: [] },
  errors: { modules: [], packages: [] },
  "job-contract": { modules: ["units", "errors"], packages: [] },
  autodiff: { modules: ["errors"], packages: [] },
  kernels: { modules: ["errors"], packages: [] },
  vision: {
    modules: ["kernels", "autodiff", "units", "errors"],
    packages: ["@opencvjs/types"],
  },
  document: { modules: ["units", "errors"], packages: ["valibot"] },
  protocol: {
    modules: ["job-contract", "document", "units", "errors"],
    packages: ["valibot", "comlink", "@msgpack/msgpack"],
  },
  scenes: { modules: ["units", "errors"], packages: [] },
  edits: {
    modules: ["kernels", "document", "units", "errors"],
    packages: [],
  },
  render: {
    modules: [
      "edits",
      "vision",
      "kernels",
      "media",
      "process",
      "document",
      "job-contract",
      "units",
      "errors",
    ],
    packages: ["*node"],
  },
  timeline: { modules: ["edits", "document", "units", "errors"], packages: [] },
  host: {
    modules: [
      "job-contract",
      "timeline",
      "document",
      "protocol",
      "units",
      "errors",
    ],
    packages: [],
  },
  panel: {
    modules: [
      "edits",
      "kernels",
      "job-contract",
      "start/page",
      "host",
      "document",
      "protocol",
      "units",
      "errors",
    ],
    packages: [
      "lit",
      "@lit",
      "lit-html",
      "lit-element",
      "@spectrum-web-components",
      "fast-png",
      "valibot",
    ],
  },
  process: { modules: [], packages: ["*node"] },
  media: {
    modules: ["process", "job-contract", "units", "errors"],
    packages: ["sharp", "*node"],
  },
  runtime: {
    modules: ["process", "job-contract", "autodiff", "errors"],
    packages: [
      "onnxruntime-node",
      "onnxruntime-web",
      "onnxruntime-common",
      "*node",
    ],
  },
  training: {
    modules: [
      "job-contract",
      "vision",
      "kernels",
      "autodiff",
      "runtime",
      "units",
      "errors",
    ],
    packages: [],
  },
  models: {
    modules: ["vision", "kernels", "runtime", "units", "errors"],
    packages: ["valibot", "*node"],
  },
  pipeline: {
    modules: [
      "job-contract",
      "vision",
      "kernels",
      "media",
      "process",
      "document",
      "training",
      "units",
      "errors",
    ],
    packages: ["*node"],
  },
  segmentation: {
    modules: [
      "pipeline",
      "job-contract",
      "vision",
      "kernels",
      "models",
      "media",
      "document",
      "units",
      "errors",
    ],
    packages: ["@opencvjs/web", "*node"],
  },
  workers: {
    modules: ["segmentation", "pipeline", "vision", "kernels", "errors"],
    packages: ["@opencvjs/web", "*node"],
  },
  farm: {
    modules: [
      "job-contract",
      "pipeline",
      "training",
      "media",
      "document",
      "protocol",
      "units",
      "errors",
    ],
    packages: [
      "bullmq",
      "ioredis",
      "csv-parse",
      "@msgpack/msgpack",
      "valibot",
      "*node",
    ],
  },
  "farm-board": {
    modules: ["contact-sheet", "farm", "local-http"],
    packages: ["@bull-board/api", "@bull-board/ui", "*node"],
  },
  "local-http": {
    modules: ["errors"],
    packages: ["hono", "@hono/node-server", "ws", "@types/ws", "*node"],
  },
  "gpu-window": {
    modules: [
      "training",
      "runtime",
      "vision",
      "kernels",
      "autodiff",
      "local-http",
      "protocol",
      "media",
      "units",
      "errors",
    ],
    packages: ["chrome-launcher", "comlink", "ws", "@types/ws", "*node"],
  },
  service: {
    modules: [
      "edits",
      "render",
      "job-contract",
      "pipeline",
      "segmentation",
      "models",
      "media",
      "protocol",
      "local-http",
      "document",
      "units",
      "errors",
    ],
    packages: [
      "hono",
      "@hono/node-server",
      "ws",
      "@types/ws",
      "comlink",
      "valibot",
      "env-paths",
      "*node",
    ],
  },
  "start/cep-node": {
    modules: ["service", "protocol", "errors"],
    packages: ["*node"],
  },
  "start/uxp-plugin": { modules: ["protocol", "errors"], packages: ["*node"] },
  "start/page": { modules: ["host", "protocol", "errors"], packages: [] },
  "contact-sheet": {
    modules: ["job-contract", "media", "document", "units", "errors"],
    packages: ["sharp", "*node"],
  },
  dev: {
    modules: [
      "job-contract",
      "host",
      "local-http",
      "document",
      "protocol",
      "units",
      "errors",
    ],
    packages: ["ws", "@types/ws", "*node"],
  },
  cli: {
    modules: [
      "job-contract",
      "dev",
      "farm",
      "farm-board",
      "host",
      "protocol",
      "service",
      "gpu-window",
      "training",
      "pipeline",
      "segmentation",
      "models",
      "runtime",
      "process",
      "media",
      "document",
      "scenes",
      "contact-sheet",
      "timeline",
      "edits",
      "render",
      "units",
      "errors",
    ],
    packages: ["commander", "listr2", "env-paths", "*node"],
  },
};

// What the folders of a module may import of one another; "x.ts" is a file that lies beside them. In `pipeline` that is the order in
// which the stages run, and nothing in it sees `decompose.ts`, which runs them all.
const inside = {
  pipeline: {
    execution: ["request.ts"],
    cache: [],
    reuse: ["execution", "cache-key.ts"],
    output: ["request.ts"],
    preflight: ["execution", "output", "request.ts"],
    read: [
      "execution",
      "cache",
      "output",
      "preflight",
      "request.ts",
      "merges.ts",
    ],
    register: ["execution", "request.ts"],
    background: ["execution", "request.ts"],
    train: ["execution", "background", "request.ts"],
    refine: ["execution", "background", "train", "request.ts"],
    compose: ["execution", "background", "train", "output", "request.ts"],
    finish: ["execution", "output", "read", "background", "request.ts"],
    correct: [
      "execution",
      "cache",
      "register",
      "refine",
      "compose",
      "finish",
      "request.ts",
      "cache-key.ts",
    ],
    debug: ["execution"],
  },
  vision: {
    image: [],
    motion: ["image"],
    association: ["image"],
    background: ["image", "motion"],
    smoke: ["image", "background"],
    matting: ["image", "frame-evidence.ts"],
    masks: ["image", "motion", "matting", "frame-evidence.ts"],
    effects: ["image", "frame-evidence.ts"],
    reflection: ["image", "matting", "frame-evidence.ts"],
    layers: ["image", "effects", "matting", "reflection", "frame-evidence.ts"],
    corrections: ["image", "background", "effects", "frame-evidence.ts"],
    segmentation: ["image", "motion", "background", "masks"],
    report: ["motion", "background"],
  },
};

const packagePath = (name) =>
  name === "*node" ? null : `node_modules/${name}/`;

const forbidden = [
  {
    name: "no-circular",
    severity: "error",
    from: { path: "^src" },
    to: { circular: true },
  },
  {
    name: "no-unresolvable",
    severity: "error",
    from: {},
    // @opencvjs/types holds declarations only; uxp is there inside Premiere and nowhere else.
    to: { couldNotResolve: true, pathNot: "^(@opencvjs/types|uxp)$" },
  },
];
for (const [module, allowed] of Object.entries(modules)) {
  const own = [module, ...allowed.modules].join("|");
  forbidden.push({
    name: `${module}-may-not-import-that-module`,
    severity: "error",
    from: { path: `^src/${module}/` },
    to: { path: "^src/", pathNot: `^src/(${own})/` },
  });
  const packages = allowed.packages.map(packagePath).filter(Boolean);
  forbidden.push({
    name: `${module}-may-not-import-that-package`,
    severity: "error",
    from: { path: `^src/${module}/` },
    to: {
      path: "node_modules/",
      ...(packages.length > 0 ? { pathNot: packages.join("|") } : {}),
    },
  });
  if (!allowed.packages.includes("*node")) {
    forbidden.push({
      name: `${module}-may-not-import-node`,
      severity: "error",
      from: { path: `^src/${module}/` },
      to: { dependencyTypes: ["core"] },
    });
  }
}
forbidden.push({
  name: "native-library-is-loaded-in-one-place",
  comment: "which first tells it to send nothing",
  severity: "error",
  from: { pathNot: "^src/runtime/native-library\\.ts$" },
  to: { path: "node_modules/onnxruntime-node/" },
});
for (const [module, folders] of Object.entries(inside)) {
  for (const [folder, allowed] of Object.entries(folders)) {
    const own = [folder, ...allowed].map((name) =>
      name.endsWith(".ts") ? `${name.replace(".", "\\.")}$` : `${name}/`,
    );
    forbidden.push({
      name: `${module}-${folder}-may-not-import-that-folder`,
      severity: "error",
      from: { path: `^src/${module}/${folder}/` },
      to: {
        path: `^src/${module}/`,
        pathNot: `^src/${module}/(${own.join("|")})`,
      },
    });
  }
  forbidden.push({
    name: `${module}-has-no-folder-outside-the-table`,
    severity: "error",
    from: {
      path: `^src/${module}/[^/]+/`,
      pathNot: `^src/${module}/(${Object.keys(folders).join("|")})/`,
    },
    to: {},
  });
}
forbidden.push({
  name: "no-module-outside-the-table",
  severity: "error",
  from: { path: "^src/", pathNot: `^src/(${Object.keys(modules).join("|")})/` },
  to: {},
});

export default {
  forbidden,
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node"],
    },
  },
};
