import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { XMLParser } from "fast-xml-parser";
import sharp from "sharp";
import * as v from "valibot";
import packageJson from "../../package.json" with { type: "json" };
import { launcherFor } from "../../scripts/packaging/launcher.ts";
import { servicePorts } from "../../src/protocol/service-ports.ts";

const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string): string =>
  readFileSync(path.join(root, file), "utf8");

const size = v.strictObject({
  width: v.pipe(v.number(), v.integer(), v.minValue(1)),
  height: v.pipe(v.number(), v.integer(), v.minValue(1)),
});
const label = v.object({ default: v.pipe(v.string(), v.minLength(1)) });
const icon = v.strictObject({
  width: v.number(),
  height: v.number(),
  path: v.string(),
  scale: v.array(v.picklist([1, 2])),
  theme: v.array(
    v.picklist(["all", "darkest", "dark", "medium", "light", "lightest"]),
  ),
  species: v.array(v.picklist(["generic", "toolbar", "pluginList"])),
});

/** What UXP demands of a manifest of version 5, and what the panel cannot do without. */
const uxpManifest = v.strictObject({
  manifestVersion: v.literal(5),
  id: v.pipe(v.string(), v.regex(/^[\w.-]+$/)),
  name: v.pipe(v.string(), v.minLength(3), v.maxLength(45)),
  version: v.pipe(v.string(), v.regex(/^\d{1,3}\.\d{1,3}\.\d{1,3}$/)),
  main: v.string(),
  // One object: a list of hosts is for development only.
  host: v.strictObject({
    app: v.literal("premierepro"),
    minVersion: v.literal("25.6.0"),
  }),
  requiredPermissions: v.strictObject({
    localFileSystem: v.literal("fullAccess"),
    network: v.strictObject({
      domains: v.array(
        v.pipe(v.string(), v.regex(/^(http|ws):\/\/127\.0\.0\.1(:\d+)?$/)),
      ),
    }),
    webview: v.strictObject({
      allow: v.literal("yes"),
      domains: v.pipe(v.array(v.string()), v.maxLength(0)),
      allowLocalRendering: v.literal("yes"),
      // Adobe's page on the manifest knows this one alone, that on web views `localOnly` too; no remote page can be shown.
      enableMessageBridge: v.literal("localAndRemote"),
    }),
    launchProcess: v.strictObject({
      schemes: v.pipe(v.array(v.string()), v.maxLength(0)),
      extensions: v.array(v.string()),
    }),
    // Without it the command cannot show the panel.
    ipc: v.strictObject({ enablePluginCommunication: v.literal(true) }),
  }),
  entrypoints: v.array(
    v.variant("type", [
      v.strictObject({
        type: v.literal("panel"),
        id: v.string(),
        label,
        minimumSize: size,
        maximumSize: size,
        preferredDockedSize: size,
        preferredFloatingSize: size,
        icons: v.array(icon),
      }),
      v.strictObject({ type: v.literal("command"), id: v.string(), label }),
    ]),
  ),
  icons: v.array(icon),
});

const one = <T extends v.GenericSchema>(inner: T) =>
  v.pipe(v.array(inner), v.length(1));
const versionText = v.pipe(v.string(), v.regex(/^\d+\.\d+(\.\d+)?$/));

/** What CEP demands of a manifest, and what the panel cannot do without; attributes begin with `@`. */
const cepManifest = v.object({
  ExtensionManifest: v.object({
    "@Version": v.picklist(["5.0", "6.0", "7.0", "8.0", "9.0", "10.0", "11.0"]),
    "@ExtensionBundleId": v.pipe(v.string(), v.regex(/^[\w.-]+$/)),
    "@ExtensionBundleVersion": versionText,
    ExtensionList: v.object({
      Extension: one(v.object({ "@Id": v.string(), "@Version": versionText })),
    }),
    ExecutionEnvironment: v.object({
      HostList: v.object({
        Host: one(
          v.object({
            "@Name": v.literal("PPRO"),
            "@Version": v.literal("[24.0,99.9]"),
          }),
        ),
      }),
      LocaleList: v.object({
        Locale: v.object({ "@Code": v.literal("All") }),
      }),
      RequiredRuntimeList: v.object({
        RequiredRuntime: v.object({
          "@Name": v.literal("CSXS"),
          "@Version": versionText,
        }),
      }),
    }),
    DispatchInfoList: v.object({
      Extension: one(
        v.object({
          "@Id": v.string(),
          DispatchInfo: v.object({
            Resources: v.object({
              MainPath: v.string(),
              ScriptPath: v.string(),
              CEFCommandLine: v.object({ Parameter: v.array(v.string()) }),
            }),
            Lifecycle: v.object({ AutoVisible: v.literal("true") }),
            UI: v.object({
              Type: v.literal("Panel"),
              Menu: v.pipe(v.string(), v.minLength(1)),
              Geometry: v.object({
                Size: v.object({ Height: v.string(), Width: v.string() }),
                MinSize: v.object({ Height: v.string(), Width: v.string() }),
              }),
              Icons: v.object({
                Icon: v.array(
                  v.object({ "@Type": v.string(), "#text": v.string() }),
                ),
              }),
            }),
          }),
        }),
      ),
    }),
  }),
});

const parseCep = (text: string) =>
  v.parse(
    cepManifest,
    new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: "@",
      parseTagValue: false,
      parseAttributeValue: false,
      isArray: (name) => ["Extension", "Host", "Parameter"].includes(name),
    }).parse(text),
  ).ExtensionManifest;

describe("the manifests", () => {
  const uxp = v.parse(uxpManifest, JSON.parse(read("manifest.json")));
  const cepText = read("CSXS/manifest.xml");

  it("of CEP has what Premiere needs", () => {
    const cep = parseCep(cepText);
    const [listed] = cep.ExtensionList.Extension;
    const [dispatched] = cep.DispatchInfoList.Extension;
    assert.equal(listed!["@Id"], dispatched!["@Id"]);
    assert.ok(listed!["@Id"].startsWith(`${cep["@ExtensionBundleId"]}.`));
    const { CEFCommandLine } = dispatched!.DispatchInfo.Resources;
    assert.ok(CEFCommandLine.Parameter.includes("--enable-nodejs"));
    assert.ok(CEFCommandLine.Parameter.includes("--mixed-context"));
  });

  it("of CEP is refused when its host has a bare version", () => {
    assert.throws(() => parseCep(cepText.replace("[24.0,99.9]", "24.0")));
  });

  it("of UXP has one panel, one command and no id twice", () => {
    const ids = uxp.entrypoints.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      uxp.entrypoints.map(({ type }) => type),
      ["panel", "command"],
    );
  });

  it("of UXP lets the page reach the service, whether ports are to be named or not", () => {
    const { domains } = uxp.requiredPermissions.network;
    for (const scheme of ["http", "ws"]) {
      const address = `${scheme}://127.0.0.1`;
      assert.ok(domains.includes(address), address);
      for (const port of servicePorts) {
        assert.ok(domains.includes(`${address}:${port}`), `${address}:${port}`);
      }
    }
    assert.equal(new Set(domains).size, 2 * (servicePorts.length + 1));
  });

  it("of UXP may open the launchers, whether their kind is named with a dot or without", () => {
    const { extensions } = uxp.requiredPermissions.launchProcess;
    for (const os of ["win32", "darwin"] as const) {
      const kind = path.extname(launcherFor(os).name);
      assert.ok(extensions.includes(kind), kind);
      assert.ok(extensions.includes(kind.slice(1)), kind);
    }
  });

  it("all say the program's version", () => {
    const cep = parseCep(cepText);
    assert.equal(uxp.version, packageJson.version);
    assert.equal(cep["@ExtensionBundleVersion"], packageJson.version);
    assert.equal(
      cep.ExtensionList.Extension[0]!["@Version"],
      packageJson.version,
    );
  });

  it("refer to icons that are there, in the sizes they say", async () => {
    const panel = uxp.entrypoints[0]!;
    assert.ok(panel.type === "panel");
    for (const { path: file, scale, width } of [...panel.icons, ...uxp.icons]) {
      for (const factor of scale) {
        const name = factor === 1 ? file : file.replace(".png", "@2x.png");
        const picture = await sharp(path.join(root, name)).metadata();
        assert.equal(picture.width, width * factor, name);
      }
    }
    const { UI } =
      parseCep(cepText).DispatchInfoList.Extension[0]!.DispatchInfo;
    for (const { "#text": file } of UI.Icons.Icon) {
      assert.ok(existsSync(path.join(root, file)), file);
    }
  });
});
