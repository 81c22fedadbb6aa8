import assert from "node:assert/strict";
import { nodeSurroundings } from "../../../src/service/find-service.ts";
import {
  type CepGlobals,
  openCepPage,
} from "../../../src/start/page/cep-page.ts";

describe("the panel's page in CEP", () => {
  /** A page in a CEP that keeps what it is told. */
  const open = (
    extension = "file:///Users/me/com.lamina",
    platform = "Win32",
    where: "window" | "cep_node" = "window",
  ) => {
    const required: string[] = [];
    const menus: string[] = [];
    const keys: unknown[] = [];
    let click: (event: { data: unknown }) => void = () => undefined;
    const require: CepGlobals["require"] & object = (file) => {
      required.push(file);
      const error = {
        code: "service-busy",
        version: "0.0.1",
        message: "Busy.",
      };
      return {
        startService: () => Promise.resolve({ ok: false, error }),
      };
    };
    const page = openCepPage({
      ...nodeSurroundings,
      navigator: { platform },
      ...(where === "window" ? { require } : { cep_node: { require } }),
      __adobe_cep__: {
        getSystemPath: () => extension,
        invokeSync: (_, menu) => {
          menus.push(menu);
        },
        registerKeyEventsInterest: (list) => {
          keys.push(JSON.parse(list));
        },
        evalScript: () => undefined,
        addEventListener: (_, listener) => {
          click = listener;
        },
        removeEventListener: () => undefined,
      },
    })!;
    return {
      page,
      required,
      menus,
      keys,
      click: (data: unknown) => {
        click({ data });
      },
    };
  };

  it("finds its own folder, written in either system's way", async () => {
    const folders = {
      "file:///Users/me/My%20Panels/com.lamina":
        "/Users/me/My Panels/com.lamina",
      "file:///C:/Users/Jürgen/AppData/com.lamina":
        "C:/Users/Jürgen/AppData/com.lamina",
    };
    for (const [address, folder] of Object.entries(folders)) {
      const { page, required } = open(address);
      await assert.rejects(page.startService());
      assert.deepEqual(required, [`${folder}/dist/cep/service.cjs`]);
    }
  });

  it("finds Node's require where only cep_node has it", async () => {
    const { page, required } = open(undefined, undefined, "cep_node");
    await assert.rejects(page.startService(), { code: "service-busy" });
    assert.deepEqual(required, ["/Users/me/com.lamina/dist/cep/service.cjs"]);
  });

  it("passes on what the service says when it will not start", async () => {
    await assert.rejects(open().page.startService(), {
      name: "RemoteError",
      code: "service-busy",
      failure: { code: "service-busy", version: "0.0.1" },
      message: "Busy.",
    });
  });

  it("puts entries into the flyout menu and hears of each as text and as an object", () => {
    const { page, menus, click } = open();
    const chosen: string[] = [];
    const labels = ["Decompose into layers…", "Check this Premiere…"];
    page.showFlyoutMenu(
      labels.map((label) => ({ label, onChosen: () => chosen.push(label) })),
    );
    assert.match(
      menus[0]!,
      /^<Menu><MenuItem [^>]*"Decompose into layers…"[^>]*\/><MenuItem [^>]*"Check this Premiere…"[^>]*\/><\/Menu>$/,
    );
    const ids = [...menus[0]!.matchAll(/ Id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, 2);
    for (const [i, menuId] of ids.entries()) {
      click({ menuId, menuName: labels[i] });
      click(JSON.stringify({ menuId }));
    }
    click({ menuId: "something-else" });
    assert.deepEqual(chosen, [labels[0], labels[0], labels[1], labels[1]]);
  });

  it("keeps the keys that one paints with from Premiere, by the system's codes", () => {
    const undo = (platform: string): unknown[] => {
      const { page, keys } = open(undefined, platform);
      page.keepPaintingKeys(true);
      page.keepPaintingKeys(false);
      const [kept, left] = keys as [{ keyCode: number }[], unknown[]];
      assert.deepEqual(left, []);
      return kept.filter(({ keyCode }) =>
        platform === "Win32"
          ? keyCode === 90 || keyCode === 66
          : keyCode === 6 || keyCode === 11,
      );
    };
    assert.deepEqual(undo("Win32"), [
      { keyCode: 66 },
      { keyCode: 90, ctrlKey: true },
      { keyCode: 90, ctrlKey: true, shiftKey: true },
    ]);
    assert.deepEqual(undo("MacIntel"), [
      { keyCode: 11 },
      { keyCode: 6, metaKey: true },
      { keyCode: 6, metaKey: true, shiftKey: true },
    ]);
  });
});
