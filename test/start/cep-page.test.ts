import assert from "node:assert/strict";
import { nodeSurroundings } from "../../src/broker/find-broker.ts";
import { openCepPage } from "../../src/start/cep-page.ts";

describe("the panel's page in CEP", () => {
  /** A page in a CEP that keeps what it is told. */
  const open = (extension = "file:///Users/me/com.lamina") => {
    const required: string[] = [];
    const menus: string[] = [];
    let click: (event: { data: unknown }) => void = () => undefined;
    const page = openCepPage({
      ...nodeSurroundings,
      require: (file) => {
        required.push(file);
        const error = {
          code: "broker-busy",
          message: "Busy.",
          action: "Wait.",
        };
        return {
          startService: () => Promise.resolve({ ok: false, error }),
        };
      },
      __adobe_cep__: {
        getSystemPath: () => extension,
        invokeSync: (_, menu) => {
          menus.push(menu);
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

  it("passes on what the service says when it will not start", async () => {
    await assert.rejects(open().page.startService(), {
      name: "RemoteError",
      code: "broker-busy",
      message: "Busy.",
      action: "Wait.",
    });
  });

  it("puts one entry into the flyout menu and hears of it as text and as an object", () => {
    const { page, menus, click } = open();
    let chosen = 0;
    page.showFlyoutEntry("Decompose into layers…", () => {
      chosen += 1;
    });
    assert.match(menus[0]!, /^<Menu><MenuItem .*"Decompose into layers…".*\/>/);
    const menuId = /Id="([^"]+)"/.exec(menus[0]!)![1]!;
    click({ menuId, menuName: "Decompose into layers…" });
    click(JSON.stringify({ menuId }));
    click({ menuId: "something-else" });
    assert.equal(chosen, 2);
  });
});
