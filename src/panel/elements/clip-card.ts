import {
  css,
  html,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import { describeObstacle } from "../../host/obstacle.ts";
import type { SelectedClip } from "../../host/host.ts";
import { describeRange, describeRate } from "../clip-words.ts";
import { icon } from "./icons.ts";
import { look } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** The clip that is selected in the timeline, with a context menu of its own. */
export class ClipCard extends PanelElement {
  static override styles = [
    look,
    css`
      .card {
        position: relative;
        overflow: hidden;
      }
      .card:focus-visible {
        outline-offset: 2px;
      }
      .picture {
        position: relative;
        display: flex;
        align-items: center;
        justify-content: center;
        height: 148px;
        background: var(--sunk);
        color: var(--faint);
        text-align: center;
      }
      .picture svg {
        width: 32px;
        height: 32px;
      }
      .picture img {
        width: 100%;
        height: 100%;
        object-fit: contain;
      }
      .facts {
        padding: 10px 12px 12px;
      }
      .name {
        font-size: 13px;
        font-weight: 600;
        color: var(--bright);
      }
      .more {
        align-self: flex-start;
        padding: 0;
        border: 0;
        background: none;
        font-family: inherit;
        text-decoration: underline;
        cursor: pointer;
      }
      pre {
        margin: 0;
        white-space: pre-wrap;
      }
      .obstacle {
        display: flex;
        gap: 6px;
        padding: 8px 12px;
        border-top: 1px solid var(--line);
        color: var(--warn);
      }
      .empty {
        padding: 28px 20px;
        text-align: center;
      }
      .empty svg {
        width: 28px;
        height: 28px;
        margin: 0 auto 8px;
        color: var(--faint);
      }
      sp-menu {
        position: fixed;
        z-index: 10;
        width: max-content;
        min-width: 190px;
        margin: 0;
        padding: 4px;
        border: 1px solid var(--line-strong);
        border-radius: 6px;
        background: var(--floating);
        box-shadow: 0 6px 20px rgba(0, 0, 0, 0.5);
      }
    `,
  ];

  #menu: { readonly x: number; readonly y: number } | undefined;
  /** Whether all is shown that is known of the clip's file. */
  #isWhole = false;
  #pictureUrl = "";
  #pictureOf: ArrayBuffer | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    URL.revokeObjectURL(this.#pictureUrl);
    this.#pictureOf = undefined;
  }

  protected override willUpdate(): void {
    const png = this.state.picture?.png;
    if (png === this.#pictureOf) return;
    URL.revokeObjectURL(this.#pictureUrl);
    this.#pictureOf = png;
    this.#pictureUrl =
      png === undefined
        ? ""
        : URL.createObjectURL(new Blob([png], { type: "image/png" }));
  }

  protected override updated(_: PropertyValues): void {
    const menu = this.renderRoot.querySelector("sp-menu");
    if (menu !== null && this.#menu !== undefined) void focusMenu(menu);
  }

  protected override render(): TemplateResult {
    const { selection } = this.state;
    const clip = selection?.clip;
    const obstacle = selection?.obstacles[0];
    if (clip === undefined) {
      return html`<div class="card empty dim">
        ${icon("film")}
        ${
          selection === undefined
            ? "Looking at the timeline…"
            : obstacle === undefined
              ? "Select a clip in the timeline."
              : describeObstacle(obstacle)
        }
      </div>`;
    }
    return html`
      <div
        class="card"
        id="card"
        role="group"
        tabindex="0"
        aria-label=${`Selected clip ${clip.name}`}
        aria-describedby="hint"
        aria-keyshortcuts="Shift+F10"
        @contextmenu=${this.#openAtPointer}
        @keydown=${this.#onCardKey}
      >
        <div class="picture">${this.#picture(clip)}</div>
        <div class="facts stack tight">
          <div class="name cut" title=${clip.name}>${clip.name}</div>
          <div class="dim numbers">${describeRange(clip)}</div>
          <div class="dim numbers">
            ${clip.sequence.width} × ${clip.sequence.height} ·
            ${describeRate(clip.sequence.frameRate)} fps ·
            ${clip.sequence.name}, V${clip.trackIndex + 1}
          </div>
          ${this.#source(clip)}
        </div>
        ${selection!.obstacles.map(
          (each) =>
            html`<div class="obstacle">
              ${icon("warning")}<span>${describeObstacle(each)}</span>
            </div>`,
        )}
        <span id="hint" class="seen-by-readers">
          Right-click or press Shift+F10 for commands.
        </span>
      </div>
      ${this.#menuTemplate()}
    `;
  }

  #picture(clip: SelectedClip): TemplateResult {
    const { picture } = this.state;
    if (clip.thumbnail !== undefined && picture?.png !== undefined) {
      return html`<img src=${this.#pictureUrl} alt="" />`;
    }
    const problem = picture?.problem?.sentence;
    return html`${icon("film")}${
      problem === undefined
        ? nothing
        : html`<span class="small">${problem}</span>`
    }`;
  }

  /** What the clip's file is: in one line, and all that is known of it when that is asked for. */
  #source({ sourcePath }: SelectedClip): TemplateResult | typeof nothing {
    const { source } = this.state;
    if (source?.facts === undefined || source.path !== sourcePath)
      return nothing;
    const { line, lines } = source.facts;
    return html`<div id="source" class="dim small">${line}</div>
      <button
        class="more dim small"
        id="source-more"
        aria-expanded=${this.#isWhole ? "true" : "false"}
        @click=${() => {
          this.#isWhole = !this.#isWhole;
          this.requestUpdate();
        }}
      >
        ${this.#isWhole ? "Less about the file" : "More about the file"}
      </button>
      ${
        this.#isWhole
          ? html`<pre id="source-lines" class="dim small">
${lines.join("\n")}</pre>`
          : nothing
      }`;
  }

  #menuTemplate(): TemplateResult | typeof nothing {
    if (this.#menu === undefined) return nothing;
    const { x, y } = this.#menu;
    const possible = this.state.selection?.obstacles.length === 0;
    return html`<sp-menu
      size="s"
      label="Commands for the clip"
      style=${`left:${x}px;top:${y}px`}
      @focusout=${this.#onFocusOut}
      @keydown=${this.#onMenuKey}
    >
      <sp-menu-item
        id="decompose"
        ?disabled=${!possible}
        @click=${() => {
          this.#choose(() => {
            this.panel.preparation.begin();
          });
        }}
        >Decompose into layers…</sp-menu-item
      >
      <sp-menu-item
        id="settings"
        @click=${() => {
          this.#choose(() => {
            this.panel.showSettings();
          });
        }}
        >Settings…</sp-menu-item
      >
    </sp-menu>`;
  }

  readonly #openAtPointer = (event: MouseEvent): void => {
    event.preventDefault();
    // A keyboard's menu key comes without a place.
    if (event.clientX === 0 && event.clientY === 0) this.#openAtCard();
    else this.#open(event.clientX, event.clientY);
  };

  readonly #onCardKey = (event: KeyboardEvent): void => {
    // The card's own button has its own Enter.
    if (event.target !== event.currentTarget) return;
    const asked =
      event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
    if (!asked && event.key !== "Enter") return;
    event.preventDefault();
    this.#openAtCard();
  };

  #openAtCard(): void {
    const card = this.renderRoot.querySelector("#card");
    if (card === null) return;
    const { left, top } = card.getBoundingClientRect();
    this.#open(left + 16, top + 16);
  }

  #open(x: number, y: number): void {
    const rightmost = Math.max(4, window.innerWidth - 200);
    const lowest = Math.max(4, window.innerHeight - 84);
    this.#menu = { x: Math.min(x, rightmost), y: Math.min(y, lowest) };
    this.requestUpdate();
  }

  readonly #onFocusOut = (event: FocusEvent): void => {
    const menu = event.currentTarget as Element;
    if (menu.contains(event.relatedTarget as Node | null)) return;
    this.#close();
  };

  readonly #onMenuKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" && event.key !== "Tab") return;
    event.preventDefault();
    this.#close();
    this.#focusCard();
  };

  #choose(work: () => void): void {
    this.#close();
    this.#focusCard();
    work();
  }

  #close(): void {
    this.#menu = undefined;
    this.requestUpdate();
  }

  #focusCard(): void {
    this.renderRoot.querySelector<HTMLElement>("#card")?.focus();
  }
}

/** Puts the focus onto a menu once its items are there. */
async function focusMenu(
  menu: HTMLElement & { updateComplete?: Promise<unknown> },
): Promise<void> {
  await menu.updateComplete;
  const items = [...menu.children] as (HTMLElement & {
    updateComplete?: Promise<unknown>;
  })[];
  for (const item of items) await item.updateComplete;
  menu.focus();
}
