import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import { type Address, isAcceptedOrigin } from "./gate.ts";

/** What may run in our pages: their own scripts, workers and WebAssembly, nothing from elsewhere, nothing inline. */
const contentSecurityPolicy = (
  { port }: Address,
  pagesNameBase: boolean,
): NonNullable<
  Parameters<typeof secureHeaders>[0]
>["contentSecurityPolicy"] => ({
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
  workerSrc: ["'self'"],
  connectSrc: ["'self'", `ws://127.0.0.1:${port}`],
  imgSrc: ["'self'", "blob:", "data:"],
  // Components of the panel style themselves with inline sheets.
  styleSrc: ["'self'", "'unsafe-inline'"],
  fontSrc: ["'self'"],
  baseUri: [pagesNameBase ? "'self'" : "'none'"],
  frameAncestors: ["'none'"],
  formAction: ["'none'"],
});

/**
 * The headers of every answer: the content policy, isolation from other origins (which also gives pages shared memory and
 * precise clocks), no sniffing, no storing, no referrer.
 *
 * @param pagesNameBase whether pages may say in a `<base>` where their relative addresses begin, on this server
 */
export function securityHeaders(
  address: Address,
  pagesNameBase: boolean,
): MiddlewareHandler {
  const secure = secureHeaders({
    contentSecurityPolicy: contentSecurityPolicy(address, pagesNameBase) ?? {},
    crossOriginEmbedderPolicy: true,
    strictTransportSecurity: false,
    xFrameOptions: "DENY",
  });
  return async (context, next) => {
    const answer = await secure(context, next);
    context.res.headers.set("Cache-Control", "no-store");
    return answer;
  };
}

/** Tells browsers which pages elsewhere may read our answers: exactly the accepted origins. Answers their preflights. */
export function crossOriginAnswers(address: Address): MiddlewareHandler {
  const answer = cors({
    origin: (origin) => (isAcceptedOrigin(origin, address) ? origin : null),
    allowMethods: ["GET", "PUT", "POST", "DELETE"],
    allowHeaders: ["Authorization", "Content-Type"],
    maxAge: 600,
  });
  return async (context, next) => {
    // Chromium asks this of pages that it takes for public before they reach a private address.
    if (context.req.header("access-control-request-private-network")) {
      context.header("Access-Control-Allow-Private-Network", "true");
    }
    return answer(context, next);
  };
}
