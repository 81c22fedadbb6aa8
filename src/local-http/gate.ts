import type { IncomingHttpHeaders } from "node:http";
import type { Failure } from "../errors/failure-codes.ts";

/** Where a server listens and which pages elsewhere may talk to it. */
export interface Address {
  readonly port: number;
  /** Origins that are accepted besides the server's own and those of no web site. */
  readonly origins: readonly string[];
}

/** The origin under which the server's own pages are opened. */
export const ownOrigin = (port: number): string => `http://127.0.0.1:${port}`;

const ownOrigins = (port: number): readonly string[] => [
  ownOrigin(port),
  `http://localhost:${port}`,
];

/**
 * Whether a page of this origin may talk to the server, given that it has the credentials. Those are what lets it in: a page from disk
 * says `null` or `file://`, as any sandboxed frame does, and what the panel's page says in UXP is written nowhere. Only who surely is not
 * the panel is turned away by its origin, for the case that it has come by the token: web sites and extensions of browsers.
 */
export const isAcceptedOrigin = (origin: string, address: Address): boolean =>
  isOwnOrigin(origin, address) ||
  address.origins.includes(origin) ||
  origin === "null" ||
  isOfNoWebSite(origin);

/** Whether this is an origin with a scheme under which neither web sites nor extensions of browsers are found. */
function isOfNoWebSite(origin: string): boolean {
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(origin)?.[1]?.toLowerCase();
  return (
    scheme !== undefined && !/^(https?|wss?|ftp|.*-extension)$/.test(scheme)
  );
}

/** Whether this is the origin of the server's own pages. */
export const isOwnOrigin = (origin: string, { port }: Address): boolean =>
  ownOrigins(port).includes(origin);

/**
 * Looks at where a request was addressed to and which page sent it, before anything else is looked at. A name that was
 * rebound to 127.0.0.1 shows in `Host`, a foreign page in `Origin`.
 *
 * @returns what is wrong with it; undefined when it may go on to the credentials
 */
export function checkAddress(
  headers: IncomingHttpHeaders,
  address: Address,
): Failure | undefined {
  const host = headers.host?.toLowerCase() ?? "";
  if (!ownOrigins(address.port).includes(`http://${host}`)) {
    return { code: "host-not-local", host: bodyExcerpt(host) };
  }
  const { origin } = headers;
  return origin === undefined || isAcceptedOrigin(origin, address)
    ? undefined
    : { code: "origin-refused", origin: bodyExcerpt(origin) };
}

const bodyExcerpt = (text: string): string => text.slice(0, 100);
