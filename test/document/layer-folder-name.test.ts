import assert from "node:assert/strict";
import { layerFolderName } from "../../src/document/layer-folder-name.ts";

describe("layerFolderName", () => {
  it("keeps plain names, in any script", () => {
    for (const name of ["01", "player", "walker_2", "Тень", "影", "jäger"]) {
      assert.equal(layerFolderName(name), name);
    }
  });

  it("replaces what a file system, a shell or a frame pattern could take wrongly", () => {
    assert.equal(layerFolderName("boy / left"), "boy-left");
    assert.equal(layerFolderName("100%05d"), "100-05d");
    assert.equal(layerFolderName("../../etc"), "etc");
    assert.equal(layerFolderName('a:b*c?"d"<e>|f\\g'), "a-b-c-d-e-f-g");
    assert.equal(layerFolderName("layers.json"), "layers-json");
    assert.equal(layerFolderName("trailing. "), "trailing");
    assert.equal(layerFolderName("a\0b\nc"), "a-b-c");
  });

  it("finds a name for nothing", () => {
    assert.equal(layerFolderName(""), "layer");
    assert.equal(layerFolderName("///"), "layer");
  });

  it("leaves the background's folder and device names alone", () => {
    assert.equal(layerFolderName("background"), "background-2");
    assert.equal(layerFolderName("Background"), "Background-2");
    assert.equal(layerFolderName("CON"), "CON-2");
    assert.equal(layerFolderName("lpt1"), "lpt1-2");
  });

  it("differs from taken names even where case and normalisation do not count", () => {
    assert.equal(layerFolderName("Boy", ["boy"]), "Boy-2");
    assert.equal(layerFolderName("boy", ["Boy", "boy-2"]), "boy-3");
    assert.equal(layerFolderName("jäger", ["ja\u0308ger"]), "jäger-2");
  });

  it("fits into a file name's 255 bytes", () => {
    const name = layerFolderName("影".repeat(500));
    assert.ok(Buffer.byteLength(`${name}-999.mov`) <= 255);
    const rare = layerFolderName("𠀀".repeat(500));
    assert.ok(Buffer.byteLength(`${rare}-999.mov`) <= 255);
    assert.ok(!/[\uD800-\uDBFF]$/.test(rare));
  });
});
