import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { RedisServer } from "./redis-server.ts";

/** A Redis that speaks TLS at a port of this machine, with a certificate of the test's own authority, and asks for a password. */
export interface SecuredRedis {
  readonly server: RedisServer;
  readonly port: number;
  /** PEM of the authority its certificate comes from, and of another. */
  readonly authority: string;
  readonly stranger: string;
}

/** Starts one; `password` is everybody's, and the user `farmer` may only touch what begins with `lamina`. */
export async function startSecured(
  folder: string,
  password: string,
): Promise<SecuredRedis> {
  const at = (name: string): string => path.join(folder, name);
  for (const name of ["authority", "stranger"])
    openssl(
      // prettier-ignore
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
       "-subj", `/CN=${name}`, "-keyout", at(`${name}.key`), "-out", at(`${name}.pem`)],
    );
  openssl(
    // prettier-ignore
    ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=redis",
     "-keyout", at("redis.key"), "-out", at("redis.csr")],
  );
  writeFileSync(at("names"), "subjectAltName=IP:127.0.0.1");
  openssl(
    // prettier-ignore
    ["x509", "-req", "-in", at("redis.csr"), "-CA", at("authority.pem"), "-CAkey", at("authority.key"),
     "-days", "2", "-extfile", at("names"), "-out", at("redis.pem")],
  );
  for (;;) {
    const port = await freePort();
    try {
      const server = await RedisServer.start(
        folder,
        // prettier-ignore
        ["--tls-port", String(port), "--bind", "127.0.0.1", "--tls-cert-file", at("redis.pem"),
         "--tls-key-file", at("redis.key"), "--tls-ca-cert-file", at("authority.pem"), "--tls-auth-clients", "no",
         "--requirepass", password,
         "--user", "farmer", "on", `>${password}`, "~lamina:*", "&lamina:*", "+@all", "-@admin", "-@dangerous", "+info",
         "+client|setname", "+client|list"],
      );
      return {
        server,
        port,
        authority: at("authority.pem"),
        stranger: at("stranger.pem"),
      };
    } catch (error) {
      // Somebody else took the port meanwhile; anything else would end it every time.
      if (await isFree(port)) throw error;
    }
  }
}

const openssl = (args: readonly string[]): void => {
  execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
};

const freePort = (): Promise<number> => listen(0).then(({ port }) => port);

const isFree = (port: number): Promise<boolean> =>
  listen(port).then(
    () => true,
    () => false,
  );

/** The address that was listened at, for a moment. */
const listen = (port: number): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address() as AddressInfo;
      server.close(() => {
        resolve(address);
      });
    });
  });
