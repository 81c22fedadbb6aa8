import {
  css,
  html,
  LitElement,
  type PropertyDeclarations,
  type TemplateResult,
} from "lit";
import type { Panel } from "../panel.ts";
import { describeProblem } from "../problem.ts";

/** A small picture of one frame of a mask. */
export class BroughtMaskPicture extends LitElement {
  static override properties: PropertyDeclarations = {
    panel: { attribute: false },
    workspaceId: {},
    path: {},
  };
  static override styles = css`
    :host {
      display: block;
      width: 56px;
      height: 34px;
      border-radius: 3px;
      overflow: hidden;
      background: #000;
    }
    img {
      width: 100%;
      height: 100%;
      object-fit: contain;
      display: block;
    }
  `;
  declare panel: Panel;
  declare workspaceId: string;
  declare path: string;
  #url = "";
  #shown = "";

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    URL.revokeObjectURL(this.#url);
    this.#shown = "";
  }

  protected override updated(): void {
    const wanted = `${this.workspaceId}/${this.path}`;
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    this.panel.desk.service
      .workspaceFile(this.workspaceId, this.path)
      .then((png) => {
        URL.revokeObjectURL(this.#url);
        this.#url = URL.createObjectURL(new Blob([png], { type: "image/png" }));
        this.requestUpdate();
      })
      .catch((error: unknown) => {
        this.panel.store.set({ problem: describeProblem(error) });
      });
  }

  protected override render(): TemplateResult {
    return this.#url === "" ? html`` : html`<img src=${this.#url} alt="" />`;
  }
}
