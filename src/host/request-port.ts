/** A way to another page or process that carries JSON both ways. */
export interface JsonPort {
  /** Sends plain data. */
  post(message: unknown): void;
  /**
   * Listens to what the other side posts, and to its going away.
   *
   * @returns stops listening
   */
  listen(
    onMessage: (message: unknown) => void,
    onClose: () => void,
  ): () => void;
}

/** Requests that wait for their answers, by number. Every one is settled: by its answer or by the end of the connection. */
export class PendingRequests<Answer> {
  #lastId = 0;
  #ended: Error | undefined;
  readonly #waiting = new Map<
    number,
    {
      readonly resolve: (answer: Answer) => void;
      readonly reject: (error: Error) => void;
    }
  >();

  /** Sends a request under a new number and waits for its answer. */
  send(post: (id: number) => void): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      post(id);
    });
  }

  /** Hands an answer to whoever waits for it; one that nobody waits for is dropped. */
  settle(id: number, answer: Answer): void {
    this.#waiting.get(id)?.resolve(answer);
    this.#waiting.delete(id);
  }

  /** Rejects all that wait and all that will be sent. */
  end(error: Error): void {
    this.#ended = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
