import "../older-chromium.ts";
import { openRemoteHost } from "../../host/remote-host.ts";
import { devHostPath } from "../../protocol/dev-api.ts";
import { makePanel, panelElement } from "../page.ts";
import { DevStage } from "./dev-stage.ts";
import { socketPort } from "./socket-port.ts";

const port = Number(window.location.port);
const devPanel = makePanel({
  host: openRemoteHost(socketPort(devHostPath)),
  source: { find: () => Promise.resolve({ port }) },
});

customElements.define("lamina-dev-stage", DevStage);
const stage = document.createElement("lamina-dev-stage");
const side = document.createElement("aside");
side.append(panelElement(devPanel));
document.body.classList.add("dev");
document.body.append(stage, side);
devPanel.start();
