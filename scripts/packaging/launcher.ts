/** A file that an editor opens: it stands at the top of a package or of an archive. */
export interface Launcher {
  readonly name: string;
  readonly text: string;
}

/** What starts the service: the editor opens it, or the plug-in does with the editor's leave. */
export const launcherFor = (os: "win32" | "darwin" | "linux"): Launcher =>
  os === "win32" ? windowsLauncher : posixLauncher;

/** What puts the CEP extension, which lies beside it in the archive, where Premiere looks for it. */
export const installerFor = (os: "win32" | "darwin" | "linux"): Launcher =>
  os === "win32" ? windowsInstaller : macInstaller;

const lines = (end: string, text: string): string => text.replaceAll("\n", end);

const windowsLauncher: Launcher = {
  name: "start-lamina.cmd",
  text: lines(
    "\r\n",
    `@echo off
rem Starts Lamina's service in a small window of its own; closing that window ends it.
start "Lamina" /min "%~dp0runtime\\node.exe" "%~dp0dist\\lamina.mjs" serve --idle-minutes 30
`,
  ),
};

// Installers of panels leave the mark of executable files out, and macOS marks what was downloaded: both are put right here.
const repair = (
  folder: string,
): string => `chmod +x ${folder}/runtime/node ${folder}/*.command 2>/dev/null
if [ "$(uname)" = Darwin ]; then
  xattr -dr com.apple.quarantine ${folder} 2>/dev/null
fi`;

const posixLauncher: Launcher = {
  name: "start-lamina.command",
  text: `#!/bin/sh
# Starts Lamina's service, which goes on when this window is closed. Where it will not open: sh start-lamina.command
here=$(cd "$(dirname "$0")" && pwd) || exit 1
${repair('"$here"')}
nohup "$here/runtime/node" "$here/dist/lamina.mjs" serve --idle-minutes 30 >/dev/null 2>&1 &
`,
};

// The user's folder of extensions, and that its path may have no `#`, are from "Extension Folders" in Adobe's CEP 12 HTML Extension
// Cookbook (CEP-Resources on GitHub); the folder of logs that the README names is from "Where are the Log Files" there.

const macInstaller: Launcher = {
  name: "install-lamina.command",
  text: `#!/bin/sh
# Puts the panel where Premiere Pro looks for it. To be run in Terminal: sh install-lamina.command
here=$(cd "$(dirname "$0")" && pwd) || exit 1
extensions="\${LAMINA_EXTENSIONS:-$HOME/Library/Application Support/Adobe/CEP/extensions}"
panel="$extensions/com.lamina"
case "$panel" in *"#"*)
  echo "Adobe's CEP loads no panels from $extensions, since there is a # in its path. Take the UXP plug-in instead."
  exit 1
esac
if [ ! -f "$here/com.lamina/META-INF/signatures.xml" ]; then
  echo "com.lamina is not beside this file. Unpack the whole archive and run this again."
  exit 1
fi
mkdir -p "$extensions" && rm -rf "$panel" && cp -R "$here/com.lamina" "$extensions/" || exit 1
${repair('"$panel"')}
"$panel/runtime/node" "$panel/dist/lamina.mjs" doctor --package || exit 1
echo "Start Premiere Pro again; the panel is at Window > Extensions > Lamina."
`,
};

const windowsInstaller: Launcher = {
  name: "install-lamina.cmd",
  text: lines(
    "\r\n",
    `@echo off
rem Puts the panel where Premiere Pro looks for it.
setlocal
set "panel=%APPDATA%\\Adobe\\CEP\\extensions\\com.lamina"
if not "%panel:#=%"=="%panel%" (
  echo Adobe's CEP loads no panels from "%panel%", since there is a # in its path. Take the UXP plug-in instead.
  pause
  exit /b 1
)
if not exist "%~dp0com.lamina\\META-INF\\signatures.xml" (
  echo com.lamina is not beside this file. Unpack the whole archive and run this again.
  pause
  exit /b 1
)
if exist "%panel%" rmdir /s /q "%panel%"
xcopy "%~dp0com.lamina" "%panel%" /e /i /q /h /y >nul
if errorlevel 1 (
  echo The panel could not be copied to %panel%. Close Premiere Pro and run this again.
  pause
  exit /b 1
)
rem Windows marks what was downloaded; programs that bear the mark may be held back.
powershell -NoProfile -Command "Get-ChildItem -LiteralPath $env:panel -Recurse -File | Unblock-File" 2>nul
"%panel%\\runtime\\node.exe" "%panel%\\dist\\lamina.mjs" doctor --package
if errorlevel 1 (
  pause
  exit /b 1
)
echo Start Premiere Pro again; the panel is at Window ^> Extensions ^> Lamina.
pause
`,
  ),
};
