import {
  type IncomingHttpHeaders,
  request,
  type RequestOptions,
} from "node:http";

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The code of a refusal; undefined for a success. */
  readonly code: string | undefined;
}

/** What a test sends; unlike fetch it sends any Host, any Origin and the path exactly as given. */
export interface Question extends RequestOptions {
  readonly body?: Uint8Array | string;
  /** Sent piece by piece with no length declared. */
  readonly chunks?: Iterable<Uint8Array>;
}

/** Sends one request to a port of this machine. */
export function ask(
  port: number,
  path: string,
  { body, chunks, ...options }: Question = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port, path, agent: false, ...options },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => {
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, headers, text, code: codeOf(text) });
        });
        response.on("error", reject);
      },
    );
    sent.on("error", reject);
    for (const chunk of chunks ?? []) sent.write(chunk);
    sent.end(body);
  });
}

function codeOf(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: string } };
    return error?.code;
  } catch {
    return undefined;
  }
}
