import { createHash, createSign } from "node:crypto";
import { generate } from "selfsigned";
import { digestOf, type PackageFile } from "./package-file.ts";
import { PackagingError } from "./packaging-error.ts";
import type { Platform } from "./platform.ts";

/** Who signs: a key and the certificate that says whose it is, both PEM. */
export interface Signer {
  readonly privateKey: string;
  readonly certificate: string;
}

/** Where CEP looks for the signature in an installed extension. */
export const signaturePath = "META-INF/signatures.xml";

/** A ZXP is a UCF package, as AIR's were, and says so in its first file. */
const mimetype: PackageFile = {
  target: "mimetype",
  content: { text: "application/vnd.adobe.air-ucf-package+zip" },
  part: "signature",
};

/** As long as certificates of Adobe's own tool are good: without a time stamp the signature is good no longer than its certificate. */
const VALID_YEARS = 11;

/**
 * Makes a key and a self-signed certificate for it. CEP asks whether the files are those that were signed, not by whom, so a signer for
 * each package does; nobody can sign anything else with a key that is thrown away.
 */
export async function makeSigner(): Promise<Signer> {
  const now = new Date();
  const notAfterDate = new Date(now);
  notAfterDate.setFullYear(now.getFullYear() + VALID_YEARS);
  const { private: privateKey, cert: certificate } = await generate(
    [
      { name: "countryName", value: "US" },
      { name: "organizationName", value: "Lamina" },
      { name: "commonName", value: "Lamina" },
    ],
    {
      keySize: 2048,
      algorithm: "sha256",
      notBeforeDate: now,
      notAfterDate,
      extensions: [
        { name: "basicConstraints", cA: false },
        { name: "keyUsage", digitalSignature: true },
        { name: "extKeyUsage", codeSigning: true },
      ],
    },
  );
  return { privateKey, certificate };
}

/**
 * Signs an extension's files as Adobe's ZXPSignCmd 4.1 does: an XML signature over a list with the SHA-256 of every file. The text is
 * written in the very form that Adobe's tool writes, since its verifier takes it for canonical once name spaces and end tags are put in.
 *
 * @param platform the tool for Windows ends lines with CR and LF, the one for macOS with LF; a signature is for one system
 * @returns        the two files to add
 * @throws PackagingError for a name that the two tools would write differently
 */
export function signExtension(
  files: readonly PackageFile[],
  platform: Pick<Platform, "os">,
  signer: Signer,
): readonly PackageFile[] {
  const references = [mimetype, ...[...files].sort(byName)].map(reference);
  const manifest = `<Manifest Id="PackageContents">\n${references.join("")}</Manifest>`;
  const manifestDigest = createHash("sha256")
    .update(canonical(manifest))
    .digest("base64");
  const signedInfo = `<SignedInfo>
<CanonicalizationMethod Algorithm="${C14N}"/>
<SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"/>
<Reference Type="http://www.w3.org/2000/09/xmldsig#Manifest" URI="#PackageContents">
<Transforms>
<Transform Algorithm="${C14N}"/>
</Transforms>
${digestMethod}
<DigestValue>${manifestDigest}</DigestValue>
</Reference>
</SignedInfo>`;
  // SHA-1 here is what CEP knows; the files' own digests are SHA-256.
  const value = createSign("RSA-SHA1")
    .update(canonical(signedInfo))
    .sign(signer.privateKey);
  const text = `<signatures>
<Signature xmlns="${NAMESPACE}" Id="PackageSignature">
${signedInfo}
<SignatureValue Id="PackageSignatureValue">${inLines(value.toString("base64"))}</SignatureValue>

<KeyInfo>
<X509Data>
<X509Certificate>${inLines(bodyOf(signer.certificate))}
</X509Certificate>
</X509Data>
</KeyInfo>
<Object>
${manifest}
</Object>
</Signature>
</signatures>`;
  const written =
    platform.os === "win32" ? text.replaceAll("\n", "\r\n") : text;
  return [
    mimetype,
    { target: signaturePath, content: { text: written }, part: "signature" },
  ];
}

const NAMESPACE = "http://www.w3.org/2000/09/xmldsig#";
const C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const digestMethod =
  '<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>';

const byName = (a: PackageFile, b: PackageFile): number => {
  const [one, other] = [a.target.toLowerCase(), b.target.toLowerCase()];
  return one < other ? -1 : one > other ? 1 : 0;
};

const reference = (file: PackageFile): string =>
  `<Reference URI="${addressOf(file.target)}">${digestMethod}<DigestValue>${digestOf(file, "base64")}</DigestValue></Reference>`;

/** A path as it stands in the list: all but letters, digits and `-._~/` escaped, with small hexadecimal digits. */
function addressOf(target: string): string {
  if (!/^[ -~]+$/.test(target)) {
    throw new PackagingError(
      `${target} cannot be signed: Adobe's tools agree only on names in ASCII.`,
    );
  }
  if (/(^|\/)\./.test(target)) {
    throw new PackagingError(
      `${target} cannot be signed: Adobe's tool refuses hidden files and folders.`,
    );
  }
  return target.replace(
    /[^\w\-.~/]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
}

/** The canonical form of an element written here: its name space said, and no empty tags. Attributes are in order already. */
const canonical = (element: string): string =>
  element
    .replace(/^<(\w+)/, `<$1 xmlns="${NAMESPACE}"`)
    .replace(/<(\w+)([^<>]*)\/>/g, "<$1$2></$1>");

const LINE = 64;
const inLines = (base64: string): string =>
  base64.match(new RegExp(`.{1,${LINE}}`, "g"))!.join("\n");

/** What stands in a PEM file between its first and last line. */
const bodyOf = (pem: string): string =>
  pem.replace(/-----[^-]+-----/g, "").replace(/\s/g, "");
