import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import * as v from "valibot";
import { LaminaError } from "../errors/failure.ts";
import { describeIssue } from "../protocol/service-api.ts";

/** What a route is called with. */
export type RouteContext = Context<{ Bindings: HttpBindings }>;

/** Answers with a value. */
export const answerWith = (context: RouteContext, value: unknown): Response =>
  context.json({ ok: true, value });

/**
 * Reads a request's body as JSON of a known shape.
 *
 * @throws LaminaError `request-invalid`
 */
export async function readJson<T>(
  context: RouteContext,
  schema: v.GenericSchema<unknown, T>,
): Promise<T> {
  const text = await context.req.text();
  const invalid = (detail: string): LaminaError =>
    new LaminaError({ code: "request-invalid", detail });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("its body is not JSON");
  }
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  throw invalid(describeIssue(result.issues[0]));
}

/** A parameter of the route's path. */
export const parameter = (context: RouteContext, name: string): string =>
  context.req.param(name) ?? "";

/**
 * A parameter of the route's path that counts something.
 *
 * @throws LaminaError `not-found`
 */
export function numberIn(context: RouteContext, name: string): number {
  const text = parameter(context, name);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new LaminaError({ code: "not-found", what: `${name} ${text}` });
}

/** Answers with a PNG file. */
export const answerWithPng = (
  context: RouteContext,
  png: Uint8Array,
): Response =>
  context.body(new Uint8Array(png), 200, { "Content-Type": "image/png" });

/** What follows `/files/` in a request's address, as it stands there. */
export function fileInAddress(context: RouteContext): string {
  const { pathname } = new URL(context.req.url);
  const marker = "/files/";
  return pathname.slice(pathname.indexOf(marker) + marker.length);
}
