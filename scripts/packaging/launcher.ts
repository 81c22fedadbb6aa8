/** What an editor, or the plug-in with the editor's leave, opens to start the service: a file at the top of the package. */
export interface Launcher {
  readonly name: string;
  readonly text: string;
}

/** The launcher of a platform. */
export const launcherFor = (os: "win32" | "darwin" | "linux"): Launcher =>
  os === "win32" ? windowsLauncher : posixLauncher;

const windowsLauncher: Launcher = {
  name: "start-lamina.cmd",
  text: [
    "@echo off",
    "rem Starts Lamina's service in a small window of its own; closing that window ends it.",
    'start "Lamina" /min "%~dp0runtime\\node.exe" "%~dp0dist\\lamina.mjs" serve --idle-minutes 30',
    "",
  ].join("\r\n"),
};

const posixLauncher: Launcher = {
  name: "start-lamina.command",
  text: [
    "#!/bin/sh",
    "# Starts Lamina's service, which goes on when this window is closed.",
    'here=$(cd "$(dirname "$0")" && pwd) || exit 1',
    'nohup "$here/runtime/node" "$here/dist/lamina.mjs" serve --idle-minutes 30 >/dev/null 2>&1 &',
    "",
  ].join("\n"),
};
