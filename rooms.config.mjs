// The table of rooms: what each may import. `npm run check:rooms` fails on anything else.
// "packages" lists the only npm packages (and node: modules) a room may touch; "*node" means Node's own modules.
const rooms = {
units: { rooms: [], packages: [] },
errors: { rooms: [], packages: [] },
"job-contract": { rooms: ["units","errors"], packages: [] },
autodiff: { rooms: ["errors"], packages: [] },
vision: { rooms: ["autodiff","units","errors"], packages: ["@opencvjs/types"] },
document: { rooms: ["units","errors"], packages: ["valibot"] },
protocol: { rooms: ["job-contract","document","units","errors"], packages: ["valibot","comlink","@msgpack/msgpack"] },
scenes: { rooms: ["units","errors"], packages: [] },
timeline: { rooms: ["document","units","errors"], packages: [] },
host: { rooms: ["job-contract","timeline","document","protocol","units","errors"], packages: [] },
panel: { rooms: ["job-contract","start","host","document","protocol","units","errors"], packages: ["lit","@lit","lit-html","lit-element","@spectrum-web-components","fast-png","valibot"] },
process: { rooms: [], packages: ["*node"] },
media: { rooms: ["process","job-contract","units","errors"], packages: ["sharp","*node"] },
runtime: { rooms: ["process","job-contract","autodiff","errors"], packages: ["onnxruntime-node","onnxruntime-web","onnxruntime-common","*node"] },
training: { rooms: ["job-contract","vision","autodiff","runtime","units","errors"], packages: [] },
models: { rooms: ["vision","runtime","units","errors"], packages: ["valibot","*node"] },
pipeline: { rooms: ["job-contract","vision","media","process","document","training","units","errors"], packages: ["*node"] },
segmentation: { rooms: ["pipeline","job-contract","vision","models","media","document","units","errors"], packages: ["@opencvjs/web","*node"] },
workers: { rooms: ["segmentation","pipeline","vision","errors"], packages: ["@opencvjs/web","*node"] },
loopback: { rooms: ["errors"], packages: ["hono","@hono/node-server","ws","@types/ws","*node"] },
window: { rooms: ["training","runtime","vision","autodiff","loopback","protocol","media","errors"], packages: ["chrome-launcher","comlink","ws","@types/ws","*node"] },
broker: { rooms: ["job-contract","pipeline","segmentation","models","media","protocol","loopback","document","units","errors"], packages: ["hono","@hono/node-server","ws","@types/ws","comlink","valibot","env-paths","*node"] },
start: { rooms: ["broker","host","protocol","media","errors"], packages: ["*node"] },
sheet: { rooms: ["job-contract","media","document","units","errors"], packages: ["sharp","*node"] },
dev: { rooms: ["job-contract","host","loopback","document","protocol","units","errors"], packages: ["ws","@types/ws","*node"] },
cli: { rooms: ["job-contract","dev","host","protocol","broker","window","training","pipeline","segmentation","models","runtime","media","document","scenes","sheet","timeline","units","errors"], packages: ["commander","listr2","env-paths","*node"] },
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
for (const [room, allowed] of Object.entries(rooms)) {
  const own = [room, ...allowed.rooms].join("|");
  forbidden.push({
    name: `${room}-may-not-import-that-room`,
    severity: "error",
    from: { path: `^src/${room}/` },
    to: { path: "^src/", pathNot: `^src/(${own})/` },
  });
  const packages = allowed.packages.map(packagePath).filter(Boolean);
  forbidden.push({
    name: `${room}-may-not-import-that-package`,
    severity: "error",
    from: { path: `^src/${room}/` },
    to: {
      path: "node_modules/",
      ...(packages.length > 0 ? { pathNot: packages.join("|") } : {}),
    },
  });
  if (!allowed.packages.includes("*node")) {
    forbidden.push({
      name: `${room}-may-not-import-node`,
      severity: "error",
      from: { path: `^src/${room}/` },
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
forbidden.push({
  name: "no-room-outside-the-table",
  severity: "error",
  from: { path: "^src/", pathNot: `^src/(${Object.keys(rooms).join("|")})/` },
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
