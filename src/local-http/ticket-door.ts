import { isOneOf, makeSecret } from "./secret.ts";

/** A browser takes seconds to open a page; what lies in its history is dead long before. */
const TICKET_LIVES_MS = 2 * 60e3;

/**
 * Lets pages in that a browser opens by address. The address carries a ticket that is good once and for two minutes; it is
 * exchanged for a cookie. So the lasting secret never stands on a command line, in the history or in a log.
 */
export class TicketDoor {
  readonly #tickets = new Map<string, number>();
  readonly #sessions = new Set<string>();

  /** A new ticket, to be put into an address as `?ticket=…`. */
  issue(): string {
    const ticket = makeSecret();
    this.#tickets.set(ticket, Date.now() + TICKET_LIVES_MS);
    return ticket;
  }

  /**
   * Takes a ticket back.
   *
   * @returns the session's secret, for the cookie; undefined when the ticket is unknown, used or too old
   */
  exchange(ticket: string): string | undefined {
    for (const [issued, expires] of this.#tickets) {
      if (expires < Date.now()) this.#tickets.delete(issued);
    }
    if (!isOneOf(ticket, this.#tickets.keys())) return undefined;
    this.#tickets.delete(ticket);
    const session = makeSecret();
    this.#sessions.add(session);
    return session;
  }

  /** Whether this is the secret of a session that came in by a ticket. */
  knows(session: string): boolean {
    return isOneOf(session, this.#sessions);
  }
}
