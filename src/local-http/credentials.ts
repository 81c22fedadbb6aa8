import type { IncomingHttpHeaders } from "node:http";
import { type Address, isOwnOrigin } from "./gate.ts";
import { sameSecret } from "./secret.ts";
import type { TicketDoor } from "./ticket-door.ts";

/** Who may use a server. */
export interface LocalHttpPolicy {
  /** Programs show it as `Authorization: Bearer …`, WebSockets as the subprotocol `token.…`. */
  readonly token: string;
  /** Lets in pages that a browser opens; without it there are only programs. */
  readonly door?: TicketDoor;
  /** Origins that are accepted besides the server's own and those of no web site. */
  readonly origins?: readonly string[];
}

/** The subprotocol that every WebSocket of ours speaks; the server answers with it and never with the token. */
export const socketProtocol = "lamina";

const TOKEN_PROTOCOL = "token.";

/** The session's cookie. Cookies do not tell ports apart, so the name does. */
const cookieName = (port: number): string => `lamina-${port}`;

/** `Set-Cookie` for a session: no script reads it, no other site sends it. */
export const sessionCookie = (port: number, session: string): string =>
  `${cookieName(port)}=${session}; HttpOnly; SameSite=Strict; Path=/`;

/** Whether a request carries the token or a session's cookie. */
export function mayRequest(
  headers: IncomingHttpHeaders,
  policy: LocalHttpPolicy,
  address: Address,
): boolean {
  const bearer = /^Bearer ([\w-]+)$/i.exec(headers.authorization ?? "")?.[1];
  return (
    (bearer !== undefined && sameSecret(bearer, policy.token)) ||
    hasSession(headers, policy, address)
  );
}

/** Whether a WebSocket's opening request offers the token as a subprotocol or carries a session's cookie. */
export function mayConnect(
  headers: IncomingHttpHeaders,
  policy: LocalHttpPolicy,
  address: Address,
): boolean {
  const token = (headers["sec-websocket-protocol"] ?? "")
    .split(",")
    .map((protocol) => protocol.trim())
    .find((protocol) => protocol.startsWith(TOKEN_PROTOCOL))
    ?.slice(TOKEN_PROTOCOL.length);
  return (
    (token !== undefined && sameSecret(token, policy.token)) ||
    hasSession(headers, policy, address)
  );
}

/** Whether a session's cookie came from a page of the server itself. */
export function hasSession(
  headers: IncomingHttpHeaders,
  { door }: LocalHttpPolicy,
  address: Address,
): boolean {
  if (door === undefined) return false;
  const { origin } = headers;
  if (origin !== undefined && !isOwnOrigin(origin, address)) return false;
  // Pages of other servers on this machine count as the same site, so the browser sends them our cookie.
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return false;
  }
  const session = readCookie(headers.cookie ?? "", cookieName(address.port));
  return session !== undefined && door.knows(session);
}

function readCookie(cookies: string, name: string): string | undefined {
  return cookies
    .split(";")
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}
