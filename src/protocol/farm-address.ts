/** Where a farm's Redis is. */
export interface RedisAddress {
  /** `redis://[user:password@]host[:port][/db]`, `rediss://` for TLS, or the path of a socket. */
  readonly redis: string;
  /** PEM file with the authorities that its certificate is to come from; those that Node knows when absent. */
  readonly redisCa?: string;
}

/** Where a farm is, with its password. */
export interface FarmAddress extends RedisAddress {
  /** The folder that all its machines see, under the path that this one sees. */
  readonly storage: string;
}
