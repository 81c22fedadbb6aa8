import { type JsonPort, PendingRequests } from "../../host/request-port.ts";
import { assert } from "../../errors/assert.ts";
import { LaminaError } from "../../errors/failure.ts";
import type { ServiceAddress } from "../../protocol/service-client.ts";
import type {
  CommandHeard,
  PanelCommand,
  PluginAnswer,
  PluginMessage,
  PluginQuestion,
  PluginRequest,
} from "../../protocol/start-api.ts";
import { openServiceAnswer } from "./service-answer.ts";

/** The panel's page in UXP: it runs in the plug-in's webview and cannot start anything itself. */
export class UxpPage {
  readonly #port: JsonPort;
  #lastCommand = 0;
  readonly #pending = new PendingRequests<PluginAnswer>();

  /**
   * @param port      the same bridge as `openUxpHost` uses
   * @param onCommand called when a command is chosen in Premiere's or the panel's menu
   */
  constructor(port: JsonPort, onCommand: (command: PanelCommand) => void) {
    this.#port = port;
    port.listen(
      (data) => {
        const message = data as PluginMessage | null;
        if (message?.to !== "lamina-page") return;
        if ("command" in message) {
          const { number: heard } = message;
          port.post({ to: "lamina-plugin", heard } satisfies CommandHeard);
          if (heard !== this.#lastCommand) onCommand(message.command);
          this.#lastCommand = heard;
        } else this.#pending.settle(message.id, message.answer);
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

  /**
   * What was remembered when the panel was last open, where the page itself may have no storage.
   *
   * @returns null when nothing was, or it is lost
   * @throws LaminaError `host-gone`
   */
  async recall(): Promise<string | null> {
    const answer = await this.#send({ ask: "recall" });
    return "remembered" in answer ? answer.remembered : null;
  }

  /**
   * Has a text remembered in place of the one before.
   *
   * @throws LaminaError `host-gone`
   */
  async remember(text: string): Promise<void> {
    await this.#send({ ask: "remember", text });
  }

  async #ask(ask: "find" | "launch"): Promise<ServiceAddress> {
    const answer = await this.#send({ ask });
    assert("ok" in answer, "the plug-in answers what it was asked");
    return openServiceAnswer(answer);
  }

  #send(question: PluginQuestion): Promise<PluginAnswer> {
    return this.#pending.send((id) => {
      const request: PluginRequest = { to: "lamina-plugin", id, ...question };
      this.#port.post(request);
    });
  }
}
