import type { ServiceAddress } from "../../protocol/service-client.ts";
import { RemoteError } from "../../protocol/remote-error.ts";
import type { ServiceAnswer } from "../../protocol/start-api.ts";

/**
 * The service's address in an answer.
 *
 * @throws RemoteError
 */
export function openServiceAnswer(answer: ServiceAnswer): ServiceAddress {
  if (answer.ok) return answer.value;
  throw new RemoteError(answer.error);
}
