import {
  css,
  html,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import { repeat } from "lit/directives/repeat.js";
import { chosenLayer } from "../arrangement.ts";
import type { StackLayer } from "../layer-stack.ts";
import { icon } from "./icons.ts";
import { look } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** The layers, top to bottom as in the timeline: to be put in order, hidden, shown alone and named. */
export class LayerList extends PanelElement {
  static override styles = [
    look,
    css`
      .layer {
        display: flex;
        align-items: center;
        gap: 2px;
        min-height: 34px;
        padding: 2px 4px 2px 2px;
        background: var(--raised);
        border-top: 2px solid transparent;
      }
      .layer + .layer {
        box-shadow: 0 -1px 0 var(--line);
      }
      .layer.chosen {
        background: var(--chosen);
      }
      .layer.before {
        border-top-color: var(--accent);
      }
      .layer.dragged {
        opacity: 0.5;
      }
      .grip {
        color: var(--faint);
        cursor: grab;
      }
      .fixed .grip {
        visibility: hidden;
      }
      .name {
        flex: 1 1 0;
        min-width: 0;
        padding: 4px 2px;
        border: 0;
        background: none;
        font: inherit;
        color: var(--bright);
        text-align: left;
        cursor: pointer;
      }
      .hidden .name {
        color: var(--faint-text);
        text-decoration: line-through;
      }
      .card {
        overflow: hidden;
      }
    `,
  ];

  #renaming: string | undefined;
  #dragged: string | undefined;
  #before: string | undefined;
  #refocus: string | undefined;

  protected override updated(_: PropertyValues): void {
    if (this.#refocus !== undefined) {
      const row = `[data-layer="${CSS.escape(this.#refocus)}"] .name`;
      this.renderRoot.querySelector<HTMLElement>(row)?.focus();
      this.#refocus = undefined;
    }
  }

  protected override render(): TemplateResult {
    const layers = [...(this.state.arranged?.layers ?? [])].reverse();
    return html`<div class="stack tight">
      <div class="row spread">
        <h2 id="layers">Layers</h2>
        ${
          layers.length > 2
            ? html`<span class="dim small">drag, or Alt+↑ and Alt+↓</span>`
            : nothing
        }
      </div>
      <ul class="card" aria-labelledby="layers">
        ${repeat(
          layers,
          ({ id }) => id,
          (layer, i) => this.#row(layer, i, layers),
        )}
      </ul>
    </div>`;
  }

  #row(
    layer: StackLayer,
    index: number,
    layers: readonly StackLayer[],
  ): TemplateResult {
    const { arrangement } = this.panel;
    const { id, name, hidden, kind } = layer;
    const { arranged } = this.state;
    const solo = arranged?.solo === id;
    const chosen = arranged !== undefined && chosenLayer(arranged) === id;
    const movable = kind === "object";
    const classes = [
      "layer",
      chosen ? "chosen" : "",
      hidden ? "hidden" : "",
      movable ? "" : "fixed",
      this.#before === id ? "before" : "",
      this.#dragged === id ? "dragged" : "",
    ];
    return html`<li
      class=${classes.filter((each) => each !== "").join(" ")}
      data-layer=${id}
      draggable=${movable && this.#renaming === undefined ? "true" : "false"}
      @keydown=${(event: KeyboardEvent) => {
        this.#onKey(event, layer);
      }}
      @dragstart=${(event: DragEvent) => {
        this.#dragged = id;
        event.dataTransfer?.setData("text/plain", name);
        this.requestUpdate();
      }}
      @dragend=${() => {
        this.#dragged = undefined;
        this.#before = undefined;
        this.requestUpdate();
      }}
      @dragover=${(event: DragEvent) => {
        if (this.#dragged === undefined) return;
        event.preventDefault();
        if (this.#before === id) return;
        this.#before = id;
        this.requestUpdate();
      }}
      @drop=${(event: DragEvent) => {
        event.preventDefault();
        const from = layers.findIndex((each) => each.id === this.#dragged);
        if (this.#dragged !== undefined && from >= 0) {
          // Dropped onto a row, a layer comes to lie above it. The list runs downwards, steps go up.
          const to = from < index ? index - 1 : index;
          arrangement.move(this.#dragged, from - to);
        }
      }}
    >
      <span class="grip">${icon("grip")}</span>
      <button
        class="plain"
        aria-pressed=${hidden ? "false" : "true"}
        style=${hidden ? "" : "color:var(--dim)"}
        title=${hidden ? "Show" : "Hide"}
        aria-label=${`${name} is visible`}
        @click=${() => {
          arrangement.toggle(id);
        }}
      >
        ${icon(hidden ? "hidden" : "eye")}
      </button>
      <button
        class="plain"
        aria-pressed=${solo ? "true" : "false"}
        title="Show alone in the viewer"
        aria-label=${`Show ${name} alone in the viewer`}
        @click=${() => {
          arrangement.solo(id);
        }}
      >
        ${icon("solo")}
      </button>
      ${this.#renaming === id ? this.#field(layer) : this.#name(layer, movable, chosen)}
      ${
        this.#renaming === id
          ? nothing
          : html`<button
              class="plain"
              title="Rename (F2)"
              aria-label=${`Rename ${name}`}
              @click=${() => {
                this.#rename(id);
              }}
            >
              ${icon("rename")}
            </button>`
      }
    </li>`;
  }

  #name(
    { id, name }: StackLayer,
    movable: boolean,
    chosen: boolean,
  ): TemplateResult {
    return html`<button
      class="name cut"
      title=${name}
      aria-pressed=${chosen ? "true" : "false"}
      aria-keyshortcuts=${movable ? "Alt+ArrowUp Alt+ArrowDown F2" : "F2"}
      @click=${() => {
        this.panel.arrangement.choose(id);
      }}
      @dblclick=${() => {
        this.#rename(id);
      }}
    >
      ${name}
    </button>`;
  }

  #field({ id, name }: StackLayer): TemplateResult {
    const finish = (event: Event): void => {
      const { value } = event.target as HTMLInputElement;
      if (this.#renaming !== id) return;
      this.#renaming = undefined;
      this.panel.arrangement.rename(id, value);
      this.requestUpdate();
    };
    return html`<sp-textfield
      class="grow"
      size="s"
      label=${`Name of ${name}`}
      .value=${name}
      @change=${finish}
      @blur=${finish}
      @keydown=${(event: KeyboardEvent) => {
        event.stopPropagation();
        if (event.key === "Enter") {
          // Else the name, which has the focus by then, is pressed with it.
          event.preventDefault();
          finish(event);
          this.#refocus = id;
        }
        if (event.key === "Escape") {
          this.#renaming = undefined;
          this.#refocus = id;
          this.requestUpdate();
        }
      }}
    ></sp-textfield>`;
  }

  #rename(id: string): void {
    this.#renaming = id;
    this.requestUpdate();
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector("sp-textfield")?.focus();
    });
  }

  #onKey(event: KeyboardEvent, { id, kind }: StackLayer): void {
    if (event.key === "F2") {
      event.preventDefault();
      this.#rename(id);
      return;
    }
    const steps = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!event.altKey || steps === undefined || kind !== "object") return;
    event.preventDefault();
    this.#refocus = id;
    this.panel.arrangement.move(id, steps);
  }
}
