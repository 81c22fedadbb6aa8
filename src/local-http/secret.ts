import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A new secret: 256 random bits as 43 characters that are fit for headers, cookies, addresses and subprotocols. */
export const makeSecret = (): string => randomBytes(32).toString("base64url");

const secretDigest = (text: string): Buffer =>
  createHash("sha256").update(text).digest();

/** Compares in a time that tells nothing of where the two differ, nor of the secret's length. */
export const sameSecret = (given: string, secret: string): boolean =>
  timingSafeEqual(secretDigest(given), secretDigest(secret));

/** Whether `given` is one of the secrets; all are compared, whichever fits. */
export const isOneOf = (given: string, secrets: Iterable<string>): boolean => {
  let found = false;
  for (const secret of secrets) found = sameSecret(given, secret) || found;
  return found;
};
