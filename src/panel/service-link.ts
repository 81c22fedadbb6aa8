import { LaminaError } from "../errors/failure.ts";
import type { ServiceEvent } from "../protocol/service-api.ts";
import {
  type ServiceAddress,
  ServiceClient,
} from "../protocol/service-client.ts";
import type { Surroundings } from "../protocol/surroundings.ts";

/** How the service is found, which differs from program to program. */
export interface ServiceSource {
  /**
   * Where the service is; where that is possible without asking the user, it is started first.
   *
   * @throws RemoteError, LaminaError
   */
  find(): Promise<ServiceAddress>;
  /** Starts it after asking the user, where `find` cannot. */
  launch?(): Promise<ServiceAddress>;
}

/** Who follows the service. */
export interface LinkWatch {
  readonly onEvent: (event: ServiceEvent) => void;
  readonly onConnection: (connected: boolean) => void;
  /** It cannot be found; `launch` or another `find` may help. */
  readonly onLost: (error: unknown) => void;
}

/** The connection to the local service, which may end and come back under another address. */
export class ServiceLink {
  readonly #source: ServiceSource;
  readonly #surroundings: Surroundings;
  readonly #watch: LinkWatch;
  #address: ServiceAddress | undefined;
  #client: ServiceClient | undefined;
  #finding = false;
  #closed = false;

  constructor(
    source: ServiceSource,
    surroundings: Surroundings,
    watch: LinkWatch,
  ) {
    this.#source = source;
    this.#surroundings = surroundings;
    this.#watch = watch;
  }

  /** Whether the service has to be started by a click. */
  get mayLaunch(): boolean {
    return this.#source.launch !== undefined;
  }

  /**
   * The client for the service as it is now.
   *
   * @throws LaminaError `service-unreachable` while none has been found
   */
  get client(): ServiceClient {
    if (this.#client !== undefined) return this.#client;
    throw new LaminaError({ code: "service-unreachable" });
  }

  /** Looks for the service. */
  find(): Promise<void> {
    return this.#look(() => this.#source.find());
  }

  /** Starts the service, with the user's leave. */
  launch(): Promise<void> {
    const source = this.#source;
    return source.launch === undefined
      ? this.find()
      : this.#look(() => source.launch!());
  }

  /** Follows nothing any more. */
  close(): void {
    this.#closed = true;
    this.#client?.close();
  }

  async #look(look: () => Promise<ServiceAddress>): Promise<void> {
    if (this.#finding || this.#closed) return;
    this.#finding = true;
    try {
      this.#use(await look());
    } catch (error) {
      this.#watch.onLost(error);
    } finally {
      this.#finding = false;
    }
  }

  #use(address: ServiceAddress): void {
    const same =
      this.#address?.port === address.port &&
      this.#address.token === address.token;
    // The stream of events connects to the same place again by itself.
    if (same || this.#closed) return;
    this.#client?.close();
    this.#address = address;
    this.#client = new ServiceClient(address, this.#surroundings);
    this.#client.watch({
      onEvent: this.#watch.onEvent,
      onConnection: (connected) => {
        this.#watch.onConnection(connected);
        // It may have been started again elsewhere.
        if (!connected) void this.find();
      },
    });
  }
}
