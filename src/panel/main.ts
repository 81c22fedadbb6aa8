import "./older-chromium.ts";
import { connect } from "./connect.ts";
import { makePanel, panelElement } from "./page.ts";
import type { Panel } from "./panel.ts";

let panel: Panel | undefined;
const connection = connect((command) => {
  if (command === "check") panel?.showCheck();
  else panel?.decompose();
});
if (connection === undefined) {
  const text = document.createElement("p");
  text.textContent =
    "This is Lamina's panel for Premiere Pro. Open it there, or run “npm run dev” to try it beside a simulated timeline.";
  document.body.append(text);
} else {
  panel = makePanel(connection);
  document.body.append(panelElement(panel));
  panel.start();
}
