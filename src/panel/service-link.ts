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

/** How long a service that was found may take to answer before another start is tried. */
const ANSWERS_WITHIN_MS = 3000;

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
  /** A look that has not ended yet. */
  #looking: Promise<void> | undefined;
  #launching = false;
  #connected = false;
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
  async find(): Promise<void> {
    if (this.#looking !== undefined || this.#launching || this.#closed) return;
    this.#looking = this.#look();
    await this.#looking;
    this.#looking = undefined;
  }

  /** Starts the service, with the user's leave, unless it was started by hand meanwhile. */
  async launch(): Promise<void> {
    const source = this.#source;
    if (source.launch === undefined) return this.find();
    if (this.#launching || this.#closed) return;
    this.#launching = true;
    try {
      await this.#looking;
      this.#connectTo((await this.#findLiving()) ?? (await source.launch()));
    } catch (error) {
      // Meanwhile the one before may answer again.
      if (!this.#connected) this.#watch.onLost(error);
    } finally {
      this.#launching = false;
    }
  }

  /** Follows nothing any more. */
  close(): void {
    this.#closed = true;
    this.#client?.close();
  }

  async #look(): Promise<void> {
    try {
      const address = await this.#source.find();
      // What comes of a look that began before says nothing when one is being started.
      if (!this.#launching) this.#use(address);
    } catch (error) {
      if (!this.#connected && !this.#launching) this.#watch.onLost(error);
    }
  }

  /** Where the service is, if it answers there. */
  async #findLiving(): Promise<ServiceAddress | undefined> {
    const address = await this.#source.find().catch(() => undefined);
    if (address === undefined) return undefined;
    const client = new ServiceClient(address, this.#surroundings);
    const { setTimeout, clearTimeout } = this.#surroundings;
    const giveUp = setTimeout(() => {
      client.close();
    }, ANSWERS_WITHIN_MS);
    try {
      return (await client.status()).stopping ? undefined : address;
    } catch {
      // Whatever is there: the service that is started next looks closer.
      return undefined;
    } finally {
      clearTimeout(giveUp as never);
    }
  }

  #use(address: ServiceAddress): void {
    const same =
      this.#address?.port === address.port &&
      this.#address.token === address.token;
    if (!same) this.#connectTo(address);
    // The stream of events connects to the same place again by itself.
    else if (!this.#connected) this.#watch.onConnection(false);
  }

  #connectTo(address: ServiceAddress): void {
    if (this.#closed) return;
    this.#client?.close();
    this.#address = address;
    this.#connected = false;
    this.#client = new ServiceClient(address, this.#surroundings);
    this.#client.watch({
      onEvent: this.#watch.onEvent,
      onConnection: (connected) => {
        const isNews = connected || this.#connected;
        this.#connected = connected;
        if (isNews) this.#watch.onConnection(connected);
        // It may have been started again elsewhere; where it is not, that is said then.
        if (!connected) void this.find();
      },
    });
  }
}
