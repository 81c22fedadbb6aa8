/**
 * Where the service listens when nobody names a port and one of these is free. The UXP manifest names them, for UXP may or may not count
 * an address with a port as one of those without that the manifest allows. Below the ports that systems give out by themselves.
 */
export const servicePorts: readonly number[] = [
  21740, 21741, 21742, 21743, 21744, 21745, 21746, 21747,
];
