import { LitElement, type PropertyDeclarations } from "lit";
import type { PanelState } from "../panel-state.ts";
import type { Panel } from "../panel.ts";

/** An element that shows a part of the panel and is drawn again when the panel knows more. */
export abstract class PanelElement extends LitElement {
  static override properties: PropertyDeclarations = {
    panel: { attribute: false },
  };
  declare panel: Panel;
  #stop: (() => void) | undefined;

  get state(): PanelState {
    return this.panel.store.state;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = this.panel.store.follow(() => {
      this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }
}
