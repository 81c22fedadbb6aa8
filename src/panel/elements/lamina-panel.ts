import { css, html, nothing, type TemplateResult } from "lit";
import type { PanelState, View } from "../panel-state.ts";
import { isReachable, stepOf, steps } from "../steps.ts";
import { icon } from "./icons.ts";
import { look } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** The whole panel: where one is on the way, the present view, and what is to be said. */
export class LaminaPanel extends PanelElement {
  static override styles = [
    look,
    css`
      :host {
        --family:
          "Adobe Clean", "Source Sans 3", "Segoe UI", system-ui, sans-serif;
        --type: 12px/1.4 var(--family);
        --bg: #1d1d1d;
        --raised: #262626;
        --floating: #2e2e2e;
        --sunk: #161616;
        --hover: #333333;
        --chosen: #3a3f4a;
        --line: #343434;
        --line-strong: #4d4d4d;
        --text: #d6d6d6;
        --bright: #f2f2f2;
        --dim: #a6a6a6;
        --faint: #777777;
        --faint-text: #8c8c8c;
        --accent: #5aa2ff;
        --focus: #5aa2ff;
        --good: #4fc08d;
        --warn: #f2a65a;
        --warn-line: #6b4a28;
        height: 100%;
        background: var(--bg);
      }
      sp-theme {
        --spectrum-sans-font-family-stack: var(--family);
        --spectrum-sans-serif-font-family: var(--family);
        font: var(--type);
        display: flex;
        flex-direction: column;
        height: 100%;
        background: var(--bg);
        color: var(--text);
      }
      header {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 6px 6px 6px 12px;
        border-bottom: 1px solid var(--line);
      }
      nav {
        flex: 1 1 0;
        min-width: 0;
      }
      nav ol {
        display: flex;
        gap: 12px;
      }
      nav li {
        color: var(--faint-text);
        padding: 4px 0;
        border-bottom: 2px solid transparent;
      }
      nav li[aria-current] {
        color: var(--bright);
        border-bottom-color: var(--accent);
      }
      nav li.past,
      .step {
        color: var(--dim);
      }
      .step {
        padding: 0;
        border: 0;
        background: none;
        font: inherit;
        cursor: pointer;
      }
      .step:hover:not(:disabled) {
        color: var(--bright);
      }
      main {
        flex: 1 1 0;
        min-height: 0;
        overflow: auto;
        padding: 12px;
      }
      main:focus-visible {
        outline: none;
      }
      .within {
        max-width: 420px;
        margin: 0 auto;
      }
      .wide {
        max-width: 1100px;
        margin: 0 auto;
      }
      .problem {
        display: flex;
        gap: 8px;
        align-items: flex-start;
        padding: 10px 8px 10px 12px;
        border-top: 1px solid var(--warn-line);
        background: #2b2319;
      }
      .problem > svg {
        color: var(--warn);
        margin-top: 1px;
      }
      .busy {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 6px 12px;
        border-top: 1px solid var(--line);
        color: var(--dim);
      }
      .pulse {
        width: 7px;
        height: 7px;
        border-radius: 50%;
        background: var(--accent);
        animation: pulse 1.2s ease-in-out infinite;
      }
      @keyframes pulse {
        50% {
          opacity: 0.25;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .pulse {
          animation: none;
        }
      }
    `,
  ];
  /** The view that was drawn last. */
  #shown: View | undefined;

  protected override render(): TemplateResult {
    const { view, problem, busy, service } = this.state;
    const atStart = view.kind === "clip";
    const step = stepOf(view);
    return html`<sp-theme system="spectrum-two" color="dark" scale="medium">
      <header>
        ${
          atStart
            ? html`<span style="color:var(--accent)">${icon("layers")}</span>`
            : html`<button
                class="plain"
                id="back"
                title=${backTo(this.state)}
                aria-label=${backTo(this.state)}
                @click=${this.#back}
              >
                ${icon("back")}
              </button>`
        }
        ${
          step === undefined
            ? html`<nav class="bright">
                ${view.kind === "check" ? "Check" : "Settings"}
              </nav>`
            : html`<nav aria-label="Steps">
                <ol>
                  ${steps.map(
                    (name, i) =>
                      html`<li
                        class=${i < steps.indexOf(step) ? "past" : ""}
                        aria-current=${name === step ? "step" : nothing}
                      >
                        ${
                          isReachable(name, this.state)
                            ? html`<button
                                class="step"
                                ?disabled=${busy !== undefined}
                                @click=${() => {
                                  void this.panel.goTo(name);
                                }}
                              >
                                ${name}
                              </button>`
                            : name
                        }
                      </li>`,
                  )}
                </ol>
              </nav>`
        }
        <button
          class="plain"
          id="settings"
          title="Settings"
          aria-label="Settings"
          @click=${() => {
            this.panel.showSettings();
          }}
        >
          ${icon("settings")}
        </button>
      </header>
      <main tabindex="-1">
        <div class=${isWide(view) ? "wide" : "within"}>${this.#view(view)}</div>
      </main>
      ${
        problem === undefined
          ? nothing
          : html`<div class="problem" role="alert">
              ${icon("warning")}
              <div class="grow">
                <div class="bright">${problem.sentence}</div>
                <div class="dim">${problem.action}</div>
                ${
                  problem.anyway === undefined
                    ? nothing
                    : html`<sp-button
                        id="anyway"
                        size="s"
                        variant="secondary"
                        style="margin-top:6px"
                        @click=${problem.anyway.go}
                        >${problem.anyway.label}</sp-button
                      >`
                }
              </div>
              <button
                class="plain"
                aria-label="Dismiss"
                @click=${() => {
                  this.panel.dismissProblem();
                }}
              >
                ${icon("remove")}
              </button>
            </div>`
      }
      <div role="status">
        ${
          busy !== undefined
            ? html`<div class="busy"><span class="pulse"></span>${busy}…</div>`
            : this.#service(service)
        }
      </div>
    </sp-theme>`;
  }

  #service(
    service: "sought" | "connected" | "broken" | "lost",
  ): TemplateResult | typeof nothing {
    switch (service) {
      case "connected":
        return nothing;
      case "sought":
        return html`<div class="busy">
          <span class="pulse"></span>Looking for the local service…
        </div>`;
      case "broken":
        return html`<div class="busy">
          <span class="pulse"></span>
          <span class="grow"
            >The local service does not answer; trying again…</span
          >
          ${this.panel.mayLaunch ? this.#startIt() : nothing}
        </div>`;
      case "lost":
        return html`<div class="busy">
          <span class="grow">The local service is not running.</span>
          ${this.#startIt()}
        </div>`;
    }
  }

  #startIt(): TemplateResult {
    return html`<sp-button
      size="s"
      variant="accent"
      @click=${() => {
        this.panel.startService();
      }}
      >Start it</sp-button
    >`;
  }

  #view(view: View): TemplateResult {
    const { panel } = this;
    switch (view.kind) {
      case "clip":
        return html`<lamina-clip-view .panel=${panel}></lamina-clip-view>`;
      case "subjects":
        return html`<lamina-subjects-view
          .panel=${panel}
        ></lamina-subjects-view>`;
      case "paint":
        return html`<lamina-paint-view
          .panel=${panel}
          .key=${view.key}
        ></lamina-paint-view>`;
      case "export":
      case "job":
        return html`<lamina-run-view .panel=${panel}></lamina-run-view>`;
      case "layers":
        return html`<lamina-layers-view .panel=${panel}></lamina-layers-view>`;
      case "check":
        return html`<lamina-check-view .panel=${panel}></lamina-check-view>`;
      case "settings":
        return html`<lamina-settings-view
          .panel=${panel}
        ></lamina-settings-view>`;
    }
  }

  readonly #back = (): void => {
    const { view } = this.state;
    if (view.kind === "subjects") void this.panel.preparation.leave();
    else if (view.kind === "paint") this.panel.preparation.showSubjects();
    else if (view.kind === "export") this.panel.preparation.cancelRun();
    else if (view.kind === "settings" || view.kind === "check")
      void this.panel.leaveAside();
    else this.panel.showClip();
  };

  /** Who has lost the focus with the view that it was in goes on from the beginning of the next one. */
  protected override updated(): void {
    const { view } = this.state;
    const before = this.#shown;
    this.#shown = view;
    if (before === undefined || sameView(before, view)) return;
    const { activeElement, body } = document;
    if (activeElement === null || activeElement === body)
      this.renderRoot.querySelector("main")?.focus({ preventScroll: true });
  }
}

const backTo = ({ view: { kind }, cameFrom }: PanelState): string => {
  if (kind === "paint") return "Back to the subjects";
  const isBeside = kind === "settings" || kind === "check";
  return isBeside && cameFrom !== undefined && cameFrom.kind !== "clip"
    ? "Back to where you were"
    : "Back to the clip";
};

const sameView = (a: View, b: View): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** Whether a view makes use of all the room there is. */
const isWide = ({ kind }: View): boolean =>
  kind === "layers" || kind === "paint";
