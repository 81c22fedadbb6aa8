import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { SignedXml } from "xml-crypto";
import type { PackageFile } from "../../scripts/packaging/package-file.ts";
import {
  makeSigner,
  type Signer,
  signaturePath,
  signExtension,
} from "../../scripts/packaging/zxp-signature.ts";

const file = (target: string, text: string): PackageFile => ({
  target,
  content: { text },
  part: "test",
});

/** The files that ZXPSignCmd 4.1 for Windows was given when it wrote the fixture; it accepts it as signed, too. */
const files = [
  file("CSXS/manifest.xml", "<ExtensionManifest/>\n"),
  file("Zed/w.js", "w\n"),
  file("index.html", "page\n"),
  file("js/a+b (c).js", "1\n"),
  file("js/empty.js", ""),
  file("node_modules/@x/x.mjs", "x\n"),
];

const adobes = readFileSync(
  path.resolve(import.meta.dirname, "../fixtures/adobe-signatures.xml"),
  "utf8",
);

const sign = (
  platform: "win32" | "darwin",
  signer: Signer,
  given = files,
): string => {
  const added = signExtension(given, { os: platform }, signer);
  assert.deepEqual(
    added.map(({ target }) => target),
    ["mimetype", signaturePath],
  );
  const { content } = added[1]!;
  assert.ok("text" in content);
  return content.text;
};

/** What differs with the certificate: itself, and the value signed with its key. */
const withoutSigner = (text: string): string =>
  text
    .replace(/(<SignatureValue[^>]*>)[^<]+/, "$1")
    .replace(/(<X509Certificate>)[^<]+/, "$1");

/** Whether a library that knows nothing of ZXPs finds the signature right. */
function isRight(text: string, certificate: string): boolean {
  const signature = /<Signature [\s\S]*<\/Signature>/.exec(text)![0];
  const signed = new SignedXml({ publicCert: certificate });
  signed.loadSignature(signature);
  try {
    return signed.checkSignature(text);
  } catch {
    return false;
  }
}

describe("the signature of a CEP extension", () => {
  let signer: Signer;
  before(async () => {
    signer = await makeSigner();
  });

  it("is for Windows what Adobe's tool writes there, but for the certificate", () => {
    assert.equal(withoutSigner(sign("win32", signer)), withoutSigner(adobes));
  });

  it("is for macOS the same with its line ends", () => {
    assert.equal(
      withoutSigner(sign("darwin", signer)),
      withoutSigner(adobes.replaceAll("\r\n", "\n")),
    );
  });

  it("is right by the rules of XML signatures, as Adobe's is", () => {
    const pem = /<X509Certificate>([^<]+)/.exec(adobes)![1]!.replace(/\s/g, "");
    const adobesCertificate = `-----BEGIN CERTIFICATE-----\n${pem.match(/.{1,64}/g)!.join("\n")}\n-----END CERTIFICATE-----\n`;
    assert.ok(isRight(adobes, adobesCertificate));
    assert.ok(isRight(sign("win32", signer), signer.certificate));
    assert.ok(isRight(sign("darwin", signer), signer.certificate));
  });

  it("is wrong once a digest is changed, or by another's certificate", async () => {
    const text = sign("darwin", signer);
    const [, digest] = /index\.html">.*?<DigestValue>([^<]+)/.exec(text)!;
    const changed = text.replace(digest!, `A${digest!.slice(1)}`);
    assert.notEqual(changed, text);
    assert.equal(isRight(changed, signer.certificate), false);
    assert.equal(isRight(text, (await makeSigner()).certificate), false);
  });

  it("is refused to names that Adobe's tools write differently or reject", () => {
    for (const name of ["js/ü.js", ".debug", "js/.hidden/x.js"]) {
      assert.throws(() => sign("win32", signer, [file(name, "")]), {
        name: "PackagingError",
      });
    }
  });
});
