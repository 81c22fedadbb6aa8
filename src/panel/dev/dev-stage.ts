import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import {
  type ClipPicture,
  devProjectPath,
  type PageMessage,
  type ProjectPicture,
  type ServerMessage,
  type TrackPicture,
} from "../../protocol/dev-api.ts";
import { socketPort } from "./socket-port.ts";

/** The simulator as a person sees it: a monitor, the timeline, the bins, and masks to try. */
export class DevStage extends LitElement {
  static override styles = css`
    :host {
      display: grid;
      grid-template-rows: minmax(160px, 1fr) auto auto;
      min-width: 0;
      min-height: 0;
      background: #161616;
      font:
        12px/1.4 "Adobe Clean",
        "Source Sans 3",
        "Segoe UI",
        system-ui,
        sans-serif;
      color: #c9c9c9;
    }
    * {
      box-sizing: border-box;
    }
    .monitor {
      display: flex;
      align-items: center;
      justify-content: center;
      min-height: 0;
      padding: 12px;
    }
    .monitor img {
      max-width: 100%;
      max-height: 100%;
      width: 100%;
      height: 100%;
      object-fit: contain;
    }
    .timeline {
      border-top: 1px solid #343434;
      background: #1d1d1d;
      padding: 8px 12px 12px;
    }
    .bar {
      display: flex;
      gap: 12px;
      align-items: center;
      margin: 0 0 6px;
      color: #a6a6a6;
    }
    .bar strong {
      color: #f2f2f2;
      font-weight: 600;
    }
    .bar .right {
      margin-left: auto;
      font-variant-numeric: tabular-nums;
    }
    input[type="range"] {
      -webkit-appearance: none;
      appearance: none;
      display: block;
      width: calc(100% - 36px);
      margin: 0 0 4px 36px;
      height: 14px;
      background: repeating-linear-gradient(
        90deg,
        #4d4d4d 0 1px,
        transparent 1px calc(100% / 12)
      );
      border-bottom: 1px solid #343434;
      cursor: pointer;
    }
    input[type="range"]::-webkit-slider-thumb {
      -webkit-appearance: none;
      width: 9px;
      height: 14px;
      border-radius: 1px 1px 5px 5px;
      background: #5aa2ff;
    }
    .track {
      display: grid;
      grid-template-columns: 30px minmax(0, 1fr);
      gap: 6px;
      align-items: stretch;
      margin-bottom: 2px;
    }
    .track > span {
      display: flex;
      align-items: center;
      justify-content: center;
      background: #262626;
      color: #a6a6a6;
      border-radius: 2px;
    }
    .lane {
      position: relative;
      height: 26px;
      background: #232323;
      border-radius: 2px;
    }
    .clip {
      position: absolute;
      top: 1px;
      bottom: 1px;
      padding: 0 6px;
      border: 1px solid #16324f;
      border-radius: 2px;
      background: #2f5d8f;
      color: #fff;
      font: inherit;
      text-align: left;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      cursor: pointer;
    }
    .clip.ours {
      background: #2a6b55;
      border-color: #12382b;
    }
    .clip.disabled {
      background: #3a3a3a;
      color: #b5b5b5;
      border-color: #2a2a2a;
    }
    .clip.selected {
      outline: 2px solid #f2f2f2;
      outline-offset: -2px;
    }
    .clip:focus-visible {
      outline: 2px solid #5aa2ff;
    }
    .playhead {
      position: absolute;
      top: 0;
      bottom: 0;
      width: 1px;
      background: #5aa2ff;
      pointer-events: none;
    }
    .below {
      display: flex;
      flex-wrap: wrap;
      gap: 6px 28px;
      padding: 8px 12px 12px;
      border-top: 1px solid #343434;
      background: #1d1d1d;
      min-height: 44px;
    }
    .below h3 {
      margin: 0 0 2px;
      font-size: 11px;
      font-weight: 400;
      color: #a6a6a6;
    }
    .below ul {
      margin: 0;
      padding: 0;
      list-style: none;
    }
    .below button {
      padding: 0;
      border: 0;
      background: none;
      font: inherit;
      color: #7fb6ff;
      cursor: pointer;
    }
  `;

  #project: ProjectPicture | undefined;
  #frame = 0;
  #png = "";
  #asked = -1;
  #copied = "";
  readonly #port = socketPort(devProjectPath);

  override connectedCallback(): void {
    super.connectedCallback();
    this.#port.listen(
      (data) => {
        this.#hear(JSON.parse(String(data)) as ServerMessage);
      },
      () => undefined,
    );
  }

  protected override render(): TemplateResult {
    const project = this.#project;
    if (project === undefined) return html``;
    const { sequence } = project;
    const length = Math.max(1, sequence.frameCount + 6);
    return html`
      <div class="monitor">
        ${
          this.#png === ""
            ? nothing
            : html`<img
                src=${`data:image/png;base64,${this.#png}`}
                alt=${`Program monitor at frame ${this.#frame}`}
              />`
        }
      </div>
      <div class="timeline">
        <div class="bar">
          <strong>${sequence.name}</strong>
          <span>simulated Premiere Pro</span>
          <span class="right"
            >frame ${this.#frame} · ${sequence.framesPerSecond} fps</span
          >
        </div>
        <input
          type="range"
          min="0"
          max=${length - 1}
          .value=${String(this.#frame)}
          aria-label="Playhead"
          @input=${(event: Event) => {
            this.#frame = Number((event.target as HTMLInputElement).value);
            this.#render();
            this.requestUpdate();
          }}
        />
        ${[...sequence.tracks.entries()]
          .reverse()
          .map(([index, track]) => this.#track(index, track, length))}
      </div>
      <div class="below">${this.#bins(project)} ${this.#masks(project)}</div>
    `;
  }

  #track(index: number, track: TrackPicture, length: number): TemplateResult {
    const share = (frames: number): string => `${(100 * frames) / length}%`;
    const clip = (each: ClipPicture): TemplateResult => {
      const { id, name, start, end, disabled, selected } = each;
      const ours = index > 0 && !disabled;
      const classes = [
        "clip",
        ours ? "ours" : "",
        disabled ? "disabled" : "",
        selected ? "selected" : "",
      ];
      return html`<button
        class=${classes.filter((one) => one !== "").join(" ")}
        style=${`left:${share(start)};width:${share(end - start)}`}
        title=${disabled ? `${name} (disabled)` : name}
        aria-pressed=${selected ? "true" : "false"}
        @click=${() => {
          this.#say({ kind: "select", clipIds: [id] });
          if (this.#frame >= start && this.#frame < end) return;
          this.#frame = (start + end) >> 1;
          this.#render();
        }}
      >
        ${name}
      </button>`;
    };
    return html`<div class="track" data-track=${index}>
      <span>V${index + 1}</span>
      <div
        class="lane"
        @click=${(event: Event) => {
          if (event.target !== event.currentTarget) return;
          this.#say({ kind: "select", clipIds: [] });
        }}
      >
        ${track.clips.map(clip)}
        <div class="playhead" style=${`left:${share(this.#frame + 0.5)}`}></div>
      </div>
    </div>`;
  }

  #bins({ bins }: ProjectPicture): TemplateResult | typeof nothing {
    if (bins.length === 0) return nothing;
    return html`<div>
      <h3>Bins</h3>
      <ul>
        ${bins.map(({ name, items }) => html`<li>${name}: ${items.join(", ")}</li>`)}
      </ul>
    </div>`;
  }

  #masks({ masks }: ProjectPicture): TemplateResult | typeof nothing {
    if (masks.length === 0) return nothing;
    return html`<div>
      <h3>Masks that go with the clips; click one to copy its path</h3>
      <ul>
        ${masks.map(
          ({ clip, name, path }) =>
            html`<li>
              ${clip}:
              <button
                title=${path}
                @click=${() => {
                  void navigator.clipboard.writeText(path).then(() => {
                    this.#copied = path;
                    this.requestUpdate();
                  });
                }}
              >
                ${name}
              </button>
              ${this.#copied === path ? "copied" : nothing}
            </li>`,
        )}
      </ul>
    </div>`;
  }

  #hear(message: ServerMessage): void {
    switch (message.kind) {
      case "project": {
        const first = this.#project === undefined;
        this.#project = message.project;
        if (first) {
          const clip = message.project.sequence.tracks[0]?.clips[0];
          this.#frame = clip === undefined ? 0 : (clip.start + clip.end) >> 1;
        }
        // What is shown may have changed with the tracks.
        this.#asked = -1;
        this.#render();
        break;
      }
      case "rendered":
        if (message.frame === this.#frame) this.#png = message.png;
    }
    this.requestUpdate();
  }

  #render(): void {
    if (this.#asked === this.#frame) return;
    this.#asked = this.#frame;
    this.#say({ kind: "render", frame: this.#frame });
  }

  #say(message: PageMessage): void {
    this.#port.post(JSON.stringify(message));
  }
}
