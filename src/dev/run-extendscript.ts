import { createContext, runInContext } from "node:vm";
import type { CsInterface } from "../host/cep-host.ts";
import { extendScriptGlobals } from "../host/simulator/extendscript-face.ts";
import type { SimulatedPremiere } from "../host/simulator/premiere.ts";

type RealmListener = (event: { readonly data: unknown }) => void;

/**
 * Takes away from a realm what ECMAScript 3 does not have, so that a script which uses it fails here as it would in
 * Premiere. Run inside the realm.
 */
export const stripToEs3 = `(function (root) {
  var keep = {
    root: "Object Function Array String Boolean Number Date RegExp Error EvalError RangeError ReferenceError SyntaxError TypeError URIError Math NaN Infinity undefined parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape eval",
    Object: "prototype length name",
    Array: "prototype length name",
    String: "prototype length name fromCharCode",
    Date: "prototype length name parse UTC",
    "Object.prototype": "constructor toString toLocaleString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable",
    "Function.prototype": "constructor toString apply call length name",
    "Array.prototype": "constructor toString toLocaleString concat join pop push reverse shift slice sort splice unshift length",
    "String.prototype": "constructor toString valueOf charAt charCodeAt concat indexOf lastIndexOf localeCompare match replace search slice split substr substring toLowerCase toLocaleLowerCase toUpperCase toLocaleUpperCase length"
  };
  var own = Object.getOwnPropertyNames;
  var targets = {
    root: root, Object: Object, Array: Array, String: String, Date: Date,
    "Object.prototype": Object.prototype, "Function.prototype": Function.prototype,
    "Array.prototype": Array.prototype, "String.prototype": String.prototype
  };
  var names = own(targets);
  for (var t = names.length - 1; t >= 0; t--) {
    var kept = (" " + keep[names[t]] + " ");
    var members = own(targets[names[t]]);
    for (var m = 0; m < members.length; m++) {
      if (kept.indexOf(" " + members[m] + " ") < 0) delete targets[names[t]][members[m]];
    }
  }
})(this);`;

/**
 * Runs the built ExtendScript against the simulator as CEP would: in a realm of its own with nothing newer than
 * ECMAScript 3.
 *
 * @param bundle text of `lamina.jsx`
 * @returns the panel's side of the bridge
 */
export function runExtendScript(
  premiere: SimulatedPremiere,
  bundle: string,
): CsInterface {
  const listeners = new Map<string, Set<RealmListener>>();
  const context = createContext({});
  runInContext(stripToEs3, context);
  const makeArray = runInContext(
    "(function (count) { return new Array(count); })",
    context,
  ) as (count: number) => unknown[];
  const globals = extendScriptGlobals(premiere, {
    list: (items) => {
      const array = makeArray(items.length);
      items.forEach((item, i) => (array[i] = item));
      return array;
    },
    dispatch: (type, data) => {
      for (const listener of listeners.get(type) ?? []) listener({ data });
    },
  });
  const realm = runInContext("this", context) as Record<string, unknown>;
  (globals["$"] as Record<string, unknown>)["global"] = realm;
  // The face adds globals later (\`qe\` after \`enableQE\`), so names are looked up in it each time.
  for (const name of [...Object.keys(globals), "qe"]) {
    Object.defineProperty(realm, name, {
      get: () => globals[name],
      configurable: true,
    });
  }
  runInContext(bundle, context, { filename: "lamina.jsx" });

  let evaluations = 0;
  const evaluate = (script: string): string => {
    evaluations++;
    const { emptyAnswersFrom, scriptErrorsFrom } = premiere.quirks;
    if (emptyAnswersFrom > 0 && evaluations >= emptyAnswersFrom) return "";
    if (scriptErrorsFrom > 0 && evaluations >= scriptErrorsFrom) {
      return "EvalScript error.";
    }
    try {
      return String(runInContext(script, context));
    } catch {
      return "EvalScript error.";
    }
  };
  return {
    evalScript: (script, callback) => {
      setImmediate(() => {
        callback(evaluate(script));
      });
    },
    addEventListener: (type, listener) => {
      const all = listeners.get(type) ?? new Set();
      listeners.set(type, all.add(listener));
    },
    removeEventListener: (type, listener) => {
      listeners.get(type)?.delete(listener);
    },
  };
}
