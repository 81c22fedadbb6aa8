import type { SocketRoute } from "../local-http/local-http-server.ts";
import { turnHasCome } from "../protocol/turn.ts";
import { Slots } from "./slots.ts";

/** Whoever waits says nothing. */
const LONGEST_MESSAGE_BYTES = 128;

/** Lets one panel at a time change the open project; a turn lasts as long as its socket, so that a panel that is gone holds none. */
export class Turns {
  readonly #one = new Slots(1);
  #waiting = 0;

  readonly route: SocketRoute = {
    longestMessageBytes: LONGEST_MESSAGE_BYTES,
    accept: (socket) => {
      this.#waiting++;
      const closed = new Promise<void>((resolve) => {
        socket.once("close", () => {
          this.#waiting--;
          resolve();
        });
      });
      void this.#one.take(closed).then((giveOn) => {
        if (giveOn === undefined) return;
        socket.send(turnHasCome);
        void closed.then(giveOn);
      });
    },
  };

  /** How many have a turn or wait for one. */
  get open(): number {
    return this.#waiting;
  }
}
