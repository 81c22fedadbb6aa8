import "@spectrum-web-components/theme/sp-theme.js";
import "@spectrum-web-components/theme/spectrum-two/theme-dark-core-tokens.js";
import "@spectrum-web-components/theme/spectrum-two/scale-medium-core-tokens.js";
import "@spectrum-web-components/button/sp-button.js";
import "@spectrum-web-components/textfield/sp-textfield.js";
import "@spectrum-web-components/menu/sp-menu.js";
import "@spectrum-web-components/menu/sp-menu-item.js";
import { CheckView } from "./check-view.ts";
import { ClipCard } from "./clip-card.ts";
import { ClipView } from "./clip-view.ts";
import { ConfidenceStrip } from "./confidence-strip.ts";
import { FoundSubjects } from "./found-subjects.ts";
import { LaminaPanel } from "./lamina-panel.ts";
import { LayerPreviewPicture } from "./layer-preview.ts";
import { LayerList } from "./layer-list.ts";
import { LayerViewer } from "./layer-viewer.ts";
import { LayersView } from "./layers-view.ts";
import { MaskPicture } from "./mask-picture.ts";
import { MaskIntake } from "./mask-intake.ts";
import { BroughtMaskPicture } from "./brought-mask-picture.ts";
import { PaintStage } from "./paint-stage.ts";
import { PaintView } from "./paint-view.ts";
import { RunView } from "./run-view.ts";
import { SettingsView } from "./settings-view.ts";
import { SubjectRow } from "./subject-row.ts";
import { SubjectsView } from "./subjects-view.ts";

/** Makes the panel's elements known to the page. */
export function defineElements(): void {
  customElements.define("lamina-check-view", CheckView);
  customElements.define("lamina-clip-card", ClipCard);
  customElements.define("lamina-clip-view", ClipView);
  customElements.define("lamina-confidence-strip", ConfidenceStrip);
  customElements.define("lamina-found-subjects", FoundSubjects);
  customElements.define("lamina-layer-list", LayerList);
  customElements.define("lamina-layer-preview", LayerPreviewPicture);
  customElements.define("lamina-layer-viewer", LayerViewer);
  customElements.define("lamina-layers-view", LayersView);
  customElements.define("lamina-mask-picture", MaskPicture);
  customElements.define("lamina-mask-intake", MaskIntake);
  customElements.define("lamina-brought-mask-picture", BroughtMaskPicture);
  customElements.define("lamina-paint-stage", PaintStage);
  customElements.define("lamina-paint-view", PaintView);
  customElements.define("lamina-panel", LaminaPanel);
  customElements.define("lamina-run-view", RunView);
  customElements.define("lamina-settings-view", SettingsView);
  customElements.define("lamina-subject-row", SubjectRow);
  customElements.define("lamina-subjects-view", SubjectsView);
}
