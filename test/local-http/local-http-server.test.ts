import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { networkInterfaces } from "node:os";
import { LaminaError } from "../../src/errors/failure.ts";
import { LocalHttpServer } from "../../src/local-http/local-http-server.ts";
import { makeSecret } from "../../src/local-http/secret.ts";
import { TicketDoor } from "../../src/local-http/ticket-door.ts";
import { ask } from "./ask.ts";
import { connect } from "./connect.ts";

const extension = "chrome-extension://lamina";

describe("LocalHttpServer", () => {
  const token = makeSecret();
  const authorised = { authorization: `Bearer ${token}` };
  const door = new TicketDoor();
  const bugs: unknown[] = [];
  let server: LocalHttpServer;
  let port = 0;

  before(async () => {
    server = await LocalHttpServer.start({
      policy: { token, door, origins: [extension] },
      routes: (app) => {
        app.get("/hello", (context) => context.json({ ok: true }));
        app.post("/length", async (context) =>
          context.json((await context.req.arrayBuffer()).byteLength),
        );
        app.get("/full", () => {
          throw new LaminaError({ code: "disk-full", path: "disk" });
        });
        app.get("/bug", () => {
          throw new RangeError("secret detail");
        });
      },
      sockets: {
        "/echo": {
          longestMessageBytes: 1000,
          accept: (socket) => {
            socket.on("message", (data: Buffer) => {
              socket.send(data);
            });
          },
        },
      },
      largestBodyBytes: (path) => (path === "/length" ? 3 << 20 : 1 << 20),
      onBug: (error) => bugs.push(error),
    });
    ({ port } = server);
  });
  after(async () => {
    await server.close();
  });

  describe("over HTTP", () => {
    it("answers who shows the token", async () => {
      const answer = await ask(port, "/hello", { headers: authorised });
      assert.deepEqual([answer.status, answer.text], [200, '{"ok":true}']);
    });

    it("refuses a token that is missing, tampered with, cut short or lengthened", async () => {
      const last = token.endsWith("A") ? "B" : "A";
      for (const wrong of [
        undefined,
        "",
        token,
        `Bearer ${token.slice(0, -1)}${last}`,
        `Bearer ${token.slice(0, -1)}`,
        `Bearer ${token.slice(0, 8)}`,
        `Bearer ${token}${token}`,
        `Basic ${token}`,
        "Bearer ",
      ]) {
        const headers = wrong === undefined ? {} : { authorization: wrong };
        const { status, code } = await ask(port, "/hello", { headers });
        assert.deepEqual([status, code], [401, "not-authorised"], wrong);
      }
    });

    it("says nothing of which routes there are to who lacks the token", async () => {
      assert.equal((await ask(port, "/nowhere")).status, 401);
      const known = await ask(port, "/nowhere", { headers: authorised });
      assert.deepEqual([known.status, known.code], [404, "not-found"]);
    });

    it("answers only to this machine's own names", async () => {
      for (const [host, status] of [
        [`127.0.0.1:${port}`, 200],
        [`localhost:${port}`, 200],
        [`LOCALHOST:${port}`, 200],
        ["evil.example", 421],
        [`evil.example:${port}`, 421],
        [`127.0.0.1:${port}.evil.example`, 421],
        [`127.0.0.1:${port + 1}`, 421],
        ["127.0.0.1", 421],
        ["evil example", 421],
      ] as const) {
        const headers = { ...authorised, host };
        const answer = await ask(port, "/hello", { headers });
        assert.equal(answer.status, status, host);
        if (status === 421) assert.equal(answer.code, "host-not-local");
      }
    });

    it("lets its own pages, configured ones and pages of no web site in, and no others", async () => {
      for (const [origin, status] of [
        [server.origin, 200],
        [`http://localhost:${port}`, 200],
        ["null", 200],
        ["file://", 200],
        // What the panel's page may say in UXP, where no document tells.
        ["uxp://", 200],
        ["plugin://com.lamina", 200],
        ["uxp-internal://com.lamina-1", 200],
        ["UXP:", 200],
        [extension, 200],
        [`http://127.0.0.1:${port + 1}`, 403],
        [`https://127.0.0.1:${port}`, 403],
        ["https://evil.example", 403],
        ["HTTPS://evil.example", 403],
        ["http://com.lamina", 403],
        ["moz-extension://evil", 403],
        ["evil.example", 403],
        ["null.evil", 403],
        [`${extension}.evil`, 403],
        ["", 403],
      ] as const) {
        const headers = { ...authorised, origin };
        const answer = await ask(port, "/hello", { headers });
        assert.equal(answer.status, status, origin);
        assert.equal(
          answer.headers["access-control-allow-origin"],
          status === 200 ? origin : undefined,
        );
      }
    });

    it("asks pages that may come in for the credentials all the same", async () => {
      const headers = { origin: "null" };
      assert.equal((await ask(port, "/hello", { headers })).status, 401);
    });

    it("answers a preflight of exactly the accepted origins", async () => {
      const preflight = (origin: string): ReturnType<typeof ask> =>
        ask(port, "/length", {
          method: "OPTIONS",
          headers: {
            origin,
            "access-control-request-method": "PUT",
            "access-control-request-headers": "authorization",
            "access-control-request-private-network": "true",
          },
        });
      const accepted = await preflight("file://");
      assert.equal(accepted.status, 204);
      const { headers } = accepted;
      assert.equal(headers["access-control-allow-origin"], "file://");
      assert.match(headers["access-control-allow-headers"]!, /Authorization/);
      assert.match(headers["access-control-allow-methods"]!, /PUT/);
      assert.equal(headers["access-control-allow-private-network"], "true");
      assert.equal(headers["access-control-allow-credentials"], undefined);
      assert.equal((await preflight("https://evil.example")).status, 403);
    });

    it("sends the same strict headers with successes and refusals", async () => {
      for (const [path, sent] of [
        ["/hello", authorised],
        ["/hello", {}],
        ["/nowhere", authorised],
        ["/bug", authorised],
      ] as const) {
        const { headers } = await ask(port, path, { headers: sent });
        const policy = headers["content-security-policy"] as string;
        for (const rule of [
          "default-src 'none'",
          "script-src 'self' 'wasm-unsafe-eval'",
          "worker-src 'self'",
          `connect-src 'self' ws://127.0.0.1:${port}`,
          "base-uri 'none'",
          "frame-ancestors 'none'",
          "form-action 'none'",
        ]) {
          assert.ok(policy.split("; ").includes(rule), `${rule} in ${policy}`);
        }
        for (const [name, value] of [
          ["cross-origin-opener-policy", "same-origin"],
          ["cross-origin-embedder-policy", "require-corp"],
          ["cross-origin-resource-policy", "same-origin"],
          ["x-content-type-options", "nosniff"],
          ["referrer-policy", "no-referrer"],
          ["cache-control", "no-store"],
        ] as const) {
          assert.equal(headers[name], value, name);
        }
      }
    });

    it("bounds bodies, whether their length is declared or not", async () => {
      const post = (
        path: string,
        megabytes: number,
        declared: boolean,
      ): ReturnType<typeof ask> => {
        const chunk = new Uint8Array(1 << 20);
        return ask(port, path, {
          method: "POST",
          headers: authorised,
          ...(declared
            ? { body: new Uint8Array(megabytes << 20) }
            : { chunks: new Array<Uint8Array>(megabytes).fill(chunk) }),
        });
      };
      for (const declared of [true, false]) {
        const fits = await post("/length", 3, declared);
        assert.deepEqual([fits.status, fits.text], [200, String(3 << 20)]);
        const large = await post("/length", 4, declared);
        assert.deepEqual(
          [large.status, large.code],
          [413, "request-too-large"],
        );
        assert.match(large.text, /larger than 3 MB\./);
        assert.equal((await post("/nowhere", 2, declared)).status, 413);
      }
    });

    it("keeps a failure's code and facts and tells a bug's detail to the log alone", async () => {
      const full = await ask(port, "/full", { headers: authorised });
      assert.equal(full.status, 507);
      assert.deepEqual(JSON.parse(full.text), {
        ok: false,
        error: {
          code: "disk-full",
          path: "disk",
          message: "The disk that holds disk is full.",
        },
      });
      bugs.length = 0;
      const bug = await ask(port, "/bug", { headers: authorised });
      assert.deepEqual([bug.status, bug.code], [500, "bug"]);
      assert.doesNotMatch(bug.text, /secret detail/);
      assert.match(String(bugs), /secret detail/);
    });

    it("takes no bug of a sender that leaves in the middle", async () => {
      bugs.length = 0;
      const sender = connectTcp(port, "127.0.0.1");
      sender.write(
        `POST /length HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
          `Authorization: Bearer ${token}\r\nContent-Length: 100\r\n\r\nhalf`,
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
      sender.destroy();
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.deepEqual(bugs, []);
    });

    it("refuses an address that is none in one JSON sentence", async () => {
      const { status, code } = await ask(port, "/a\\b", {
        headers: authorised,
      });
      assert.deepEqual([status, code], [400, "request-invalid"]);
    });

    it("does not listen on the machine's other addresses", async function () {
      const outer = Object.values(networkInterfaces())
        .flatMap((list) => list ?? [])
        .find(({ internal, family }) => !internal && family === "IPv4");
      if (outer === undefined) this.skip();
      const socket = connectTcp(port, outer.address);
      const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
      assert.equal(error.code, "ECONNREFUSED");
    });

    it("says which port is taken", async () => {
      await assert.rejects(
        LocalHttpServer.start({
          policy: { token },
          routes: () => undefined,
          port,
          onBug: () => undefined,
        }),
        { message: new RegExp(`port ${port} cannot be had`) },
      );
    });
  });

  describe("for a page that a browser opens", () => {
    const open = (path: string, cookie?: string): ReturnType<typeof ask> =>
      ask(port, path, { headers: cookie === undefined ? {} : { cookie } });
    const enter = async (): Promise<string> => {
      const answer = await open(`/hello?ticket=${door.issue()}`);
      assert.equal(answer.status, 303);
      return answer.headers["set-cookie"]![0]!.split(";")[0]!;
    };

    it("exchanges a ticket for a cookie and goes on to the address without it", async () => {
      const answer = await open(`/hello?a=1&ticket=${door.issue()}&b=2`);
      assert.equal(answer.status, 303);
      assert.equal(answer.headers.location, "/hello?a=1&b=2");
      const [cookie] = answer.headers["set-cookie"]!;
      assert.match(
        cookie!,
        /^lamina-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
      );
      assert.ok(!cookie!.includes(token));
      assert.equal((await open("/hello", cookie!.split(";")[0])).status, 200);
    });

    it("leads nobody to another server", async () => {
      for (const path of ["//evil.test/a", "///evil.test/a"]) {
        const address = `${path}?ticket=${door.issue()}`;
        const { status, headers } = await ask(port, address);
        assert.equal(status, 303);
        assert.equal(headers.location, "/evil.test/a");
      }
      const absolute = `http://evil.test//evil.test/a?ticket=${door.issue()}`;
      const { headers } = await ask(port, absolute, {
        headers: { host: `127.0.0.1:${port}` },
      });
      assert.equal(headers.location, "/evil.test/a");
    });

    it("takes a ticket once", async () => {
      const ticket = door.issue();
      assert.equal((await open(`/hello?ticket=${ticket}`)).status, 303);
      const again = await open(`/hello?ticket=${ticket}`);
      assert.deepEqual([again.status, again.code], [401, "ticket-used"]);
      assert.equal((await open("/hello?ticket=made-up")).code, "ticket-used");
    });

    it("lets a page that is in already open its first address again", async () => {
      const ticket = door.issue();
      const first = await open(`/hello?ticket=${ticket}`);
      const cookie = first.headers["set-cookie"]![0]!.split(";")[0];
      const again = await open(`/hello?ticket=${ticket}`, cookie);
      assert.deepEqual([again.status, again.headers.location], [303, "/hello"]);
    });

    it("does not take a ticket for a token, nor a cookie that was tampered with", async () => {
      const cookie = await enter();
      const bearer = { authorization: `Bearer ${door.issue()}` };
      const { status } = await ask(port, "/hello", { headers: bearer });
      assert.equal(status, 401);
      const last = cookie.endsWith("A") ? "B" : "A";
      assert.equal(
        (await open("/hello", cookie.slice(0, -1) + last)).status,
        401,
      );
      assert.equal(
        (await open("/hello", `lamina-${port}=${token}`)).status,
        401,
      );
    });

    it("counts the cookie only when its own page sent it", async () => {
      const cookie = await enter();
      for (const [headers, status] of [
        [{ "sec-fetch-site": "same-origin" }, 200],
        [{ "sec-fetch-site": "none" }, 200],
        [{ "sec-fetch-site": "same-site" }, 401],
        [{ "sec-fetch-site": "cross-site" }, 401],
        [{ origin: server.origin }, 200],
        [{ origin: "null" }, 401],
      ] as const) {
        const answer = await ask(port, "/hello", {
          headers: { cookie, ...headers },
        });
        assert.equal(answer.status, status, JSON.stringify(headers));
      }
    });

    it("opens a WebSocket by the cookie", async () => {
      const cookie = await enter();
      const headers = { cookie, origin: server.origin };
      const own = await connect(port, "/echo", ["lamina"], { headers });
      assert.ok(own.opened);
      own.socket.terminate();
      const foreign = await connect(port, "/echo", ["lamina"], {
        headers: { cookie, origin: "null" },
      });
      assert.deepEqual(foreign, { opened: false, status: 401 });
    });
  });

  describe("over WebSocket", () => {
    const protocols = ["lamina", `token.${token}`];

    it("opens for who offers the token and never repeats it", async () => {
      const attempt = await connect(port, "/echo", protocols);
      assert.ok(attempt.opened);
      assert.equal(attempt.socket.protocol, "lamina");
      attempt.socket.send("hello");
      const [data] = (await once(attempt.socket, "message")) as [Buffer];
      assert.equal(data.toString(), "hello");
      attempt.socket.terminate();
    });

    it("refuses a token that is missing, tampered with or cut short", async () => {
      for (const offered of [
        [],
        ["lamina"],
        ["lamina", "token."],
        ["lamina", `token.${token.slice(0, -1)}`],
        ["lamina", `token.${token}x`],
        ["lamina", token],
      ]) {
        const attempt = await connect(port, "/echo", offered);
        assert.deepEqual(attempt, { opened: false, status: 401 });
      }
    });

    it("refuses foreign origins, foreign hosts and unknown paths", async () => {
      const status = async (
        path: string,
        headers: Record<string, string>,
      ): Promise<number> => {
        const attempt = await connect(port, path, protocols, { headers });
        if (!attempt.opened) return attempt.status;
        attempt.socket.terminate();
        return 101;
      };
      assert.equal(await status("/echo", { origin: "null" }), 101);
      assert.equal(await status("/echo", { origin: extension }), 101);
      assert.equal(
        await status("/echo", { origin: "https://evil.example" }),
        403,
      );
      assert.equal(await status("/echo", { host: "evil.example" }), 421);
      assert.equal(await status("/nowhere", {}), 404);
      assert.equal(await status("/hello", {}), 404);
    });

    it("ends a connection that sends too long a message, and lives on", async () => {
      const attempt = await connect(port, "/echo", protocols);
      assert.ok(attempt.opened);
      attempt.socket.send(new Uint8Array(1001));
      const [code] = (await once(attempt.socket, "close")) as [number];
      assert.equal(code, 1009);
      const next = await connect(port, "/echo", protocols);
      assert.ok(next.opened);
      next.socket.terminate();
    });
  });

  it("answers while more connections than it holds are open and say nothing", async () => {
    const silent = Array.from({ length: 400 }, () =>
      connectTcp(port, "127.0.0.1").on("error", () => undefined),
    );
    try {
      await Promise.all(silent.map((socket) => once(socket, "connect")));
      const { status } = await ask(port, "/hello", { headers: authorised });
      assert.equal(status, 200);
    } finally {
      for (const socket of silent) socket.destroy();
    }
  });

  it("hangs up on refused WebSockets that do not", async () => {
    const socket = connectTcp({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.write(
      [
        "GET /echo HTTP/1.1",
        `Host: 127.0.0.1:${port}`,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "\r\n",
      ].join("\r\n"),
    );
    socket.resume();
    await once(socket, "end");
    const hungUp = once(socket, "error");
    const knocking = setInterval(() => socket.write("x"), 10);
    await hungUp;
    clearInterval(knocking);
    socket.destroy();
  });

  it("ends every connection at once when it closes", async () => {
    // The request must have reached the server, or there would be nothing to end.
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await using other = await LocalHttpServer.start({
      policy: { token },
      routes: (app) => {
        app.get("/never", () => {
          arrive();
          return new Promise<Response>(() => undefined);
        });
      },
      sockets: {
        "/open": { longestMessageBytes: 10, accept: () => undefined },
      },
      onBug: () => undefined,
    });
    const attempt = await connect(other.port, "/open", [
      "lamina",
      `token.${token}`,
    ]);
    assert.ok(attempt.opened);
    const gone = once(attempt.socket, "close");
    const pending = ask(other.port, "/never", { headers: authorised });
    const refused = assert.rejects(pending, /socket hang up|ECONNRESET/);
    await arrived;
    await other.close();
    await Promise.all([gone, refused]);
    await assert.rejects(ask(other.port, "/never"), /ECONNREFUSED/);
  });
});
