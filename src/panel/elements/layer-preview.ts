import {
  css,
  html,
  LitElement,
  type PropertyDeclarations,
  type TemplateResult,
} from "lit";
import type { ServiceJob } from "../../protocol/service-api.ts";
import { RemoteError } from "../../protocol/remote-error.ts";
import { decodePng } from "../decode-png.ts";
import type { Panel } from "../panel.ts";
import { overCheckerboard, type Pixels } from "../pixels.ts";
import { describeProblem } from "../problem.ts";

/** How a running job's layers look by now: small pictures, the nearest first. */
export class LayerPreviewPicture extends LitElement {
  static override properties: PropertyDeclarations = {
    panel: { attribute: false },
    job: { attribute: false },
  };
  static override styles = css`
    :host {
      display: block;
    }
    ul {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(130px, 1fr));
      gap: 6px;
      margin: 0;
      padding: 0;
      list-style: none;
    }
    canvas {
      display: block;
      width: 100%;
      height: auto;
      border: 1px solid var(--line);
      border-radius: 4px;
      background: #0d0d0d;
    }
    li,
    p {
      color: var(--dim);
      font-size: 11px;
    }
    p {
      margin: 4px 0 0;
    }
    span {
      display: block;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
  `;
  declare panel: Panel;
  declare job: ServiceJob;
  #wanted = 0;
  /** Bottom to top. */
  #pictures: readonly Pixels[] = [];

  protected override updated(): void {
    for (const [k, canvas] of this.renderRoot
      .querySelectorAll("canvas")
      .entries()) {
      const { data, width, height } = this.#pictures.at(-1 - k)!;
      const image = new ImageData(new Uint8ClampedArray(data), width, height);
      canvas.getContext("2d")?.putImageData(image, 0, 0);
    }
    const number = this.job.preview?.number ?? 0;
    if (number === this.#wanted) return;
    this.#wanted = number;
    if (number > 0) void this.#load(number);
  }

  protected override render(): TemplateResult {
    if (this.#pictures.length === 0) return html``;
    const names = [
      "Background",
      ...this.job.request.subjects.map(({ name }) => name),
    ].reverse();
    return html`<ul aria-label="Layers so far">
        ${[...this.#pictures].reverse().map(
          ({ width, height }, k) =>
            html`<li>
              <canvas
                width=${width}
                height=${height}
                role="img"
                aria-label=${`${names[k]!}, as far as it is learnt`}
              ></canvas>
              <span>${names[k]}</span>
            </li>`,
        )}
      </ul>
      <p>
        Frame ${this.job.preview?.frame ?? ""}, small and not final; reflections
        come last.
      </p>`;
  }

  async #load(number: number): Promise<void> {
    const { service } = this.panel.desk;
    const { id, request } = this.job;
    try {
      const files = await Promise.all(
        Array.from({ length: request.subjects.length + 1 }, (_, layer) =>
          service.previewPicture(id, layer),
        ),
      );
      if (number !== this.#wanted) return;
      this.#pictures = files.map((file) => overCheckerboard(decodePng(file)));
      this.requestUpdate();
    } catch (error) {
      // The job may be over by now, and its preview with it.
      if (error instanceof RemoteError && error.code === "not-found") return;
      this.panel.store.set({ problem: describeProblem(error) });
    }
  }
}
