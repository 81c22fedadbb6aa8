import { type JsonPort, PendingRequests } from "../../host/request-port.ts";
import { LaminaError } from "../../errors/failure.ts";
import type { ServiceAddress } from "../../protocol/service-client.ts";
import type {
  PluginMessage,
  PluginRequest,
  ServiceAnswer,
} from "../../protocol/start-api.ts";
import { openServiceAnswer } from "./service-answer.ts";

/** The panel's page in UXP: it runs in the plug-in's webview and cannot start anything itself. */
export class UxpPage {
  readonly #port: JsonPort;
  readonly #pending = new PendingRequests<ServiceAnswer>();

  /**
   * @param port      the same bridge as `openUxpHost` uses
   * @param onCommand called when "Decompose into layers…" is chosen in Premiere's or the panel's menu
   */
  constructor(port: JsonPort, onCommand: () => void) {
    this.#port = port;
    port.listen(
      (data) => {
        const message = data as PluginMessage | null;
        if (message?.to !== "lamina-page") return;
        if ("command" in message) onCommand();
        else this.#pending.settle(message.id, message.answer);
      },
      () => {
        this.#pending.end(new LaminaError({ code: "host-gone" }));
      },
    );
  }

  /**
   * Where a service was last. Whether it still answers shows when it is asked.
   *
   * @throws RemoteError `service-unreachable`; LaminaError `host-gone`
   */
  findService(): Promise<ServiceAddress> {
    return this.#ask("find");
  }

  /**
   * Has the service started, with the user's leave, and waits until it is there.
   *
   * @throws RemoteError `service-not-started`, which says how to start it; LaminaError `host-gone`
   */
  launchService(): Promise<ServiceAddress> {
    return this.#ask("launch");
  }

  async #ask(ask: PluginRequest["ask"]): Promise<ServiceAddress> {
    const answer = await this.#pending.send((id) => {
      this.#port.post({
        to: "lamina-plugin",
        id,
        ask,
      } satisfies PluginRequest);
    });
    return openServiceAnswer(answer);
  }
}
