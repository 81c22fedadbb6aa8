import assert from "node:assert/strict";
import { ESLint } from "eslint";
import es from "eslint-plugin-es-x";
import { nodeDisk } from "../../src/dev/node-disk.ts";
import { runExtendScript } from "../../src/dev/run-extendscript.ts";
import { SimulatedPremiere } from "../../src/host/simulator/premiere.ts";
import { builtScript } from "./hosts.ts";

const bundle = "extendscript/lamina.jsx";

const lint = async (code: string): Promise<string[]> => {
  const linter = new ESLint({
    overrideConfigFile: true,
    overrideConfig: [
      {
        ...es.configs["flat/restrict-to-es3"],
        files: ["**/*.jsx"],
        languageOptions: { sourceType: "script", ecmaVersion: 2024 },
      },
    ],
  });
  const [result] = await linter.lintText(code, { filePath: "lamina.jsx" });
  return result!.messages.map(
    ({ line, ruleId, message }) => `${line}: ${ruleId ?? ""} ${message}`,
  );
};

/** Runs a line in the realm that the script was loaded into. */
const evaluate = (script: string): Promise<string> =>
  new Promise((resolve) => {
    runExtendScript(
      new SimulatedPremiere(nodeDisk),
      builtScript(bundle),
    ).evalScript(script, resolve);
  });

describe("the built ExtendScript", () => {
  it("uses nothing newer than ECMAScript 3", async () => {
    assert.deepEqual(await lint(builtScript(bundle)), []);
  });

  it("would be found out if it did", async () => {
    const found = await lint("var a = { in: 1, get b() { return [].map; } };");
    assert(found.some((text) => text.includes("no-keyword-properties")));
    assert(found.some((text) => text.includes("no-accessor-properties")));
  });

  it("is plain ASCII, since engines guess the encoding", () => {
    // eslint-disable-next-line no-control-regex -- that is what ASCII is
    assert.match(builtScript(bundle), /^[\x00-\x7f]*$/);
  });

  it("adds one name to the global object that all extensions share", async () => {
    const script =
      "(function (root) { var names = []; for (var name in root) names.push(name); return names.join(); })(this)";
    assert.equal(await evaluate(script), "lamina");
  });

  it("runs where neither JSON nor the array methods of later editions exist", async () => {
    assert.equal(
      await evaluate("typeof JSON + typeof [].map + typeof Object.keys"),
      "undefinedundefinedundefined",
    );
    const request = {
      call: "nothing",
      parameters: ['\u2028"\\\n\ud83d', -1.5e3, null, true, {}],
    };
    const text = encodeURIComponent(JSON.stringify(request));
    const answer = await evaluate(`lamina.call("${text}")`);
    assert.deepEqual(JSON.parse(decodeURIComponent(answer)), {
      ok: false,
      error: { call: "nothing", detail: "there is no such call" },
    });
  });

  it("does not take names of Object's own for calls", async () => {
    const text = encodeURIComponent('{"call":"toString","parameters":null}');
    const answer = await evaluate(`lamina.call("${text}")`);
    assert.match(decodeURIComponent(answer), /no such call/);
  });
});
