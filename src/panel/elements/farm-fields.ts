import { css, html, nothing, type TemplateResult } from "lit";
import { look } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** Where the farm is, and who is there of it. */
export class FarmFields extends PanelElement {
  static override styles = [
    look,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 8px;
      }
      .field {
        display: flex;
        flex-direction: column;
        gap: 4px;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.panel.farming.load();
  }

  protected override render(): TemplateResult {
    const { named } = this.state.farm ?? {};
    const { farming } = this.panel;
    return html`${field("redis", "Redis", {
      label: "Address of the farm's Redis",
      placeholder: "redis://farm.studio:6379",
      value: named?.redis ?? "",
      take: ({ value }) => farming.name({ redis: value.trim() }),
    })}
    ${field("password", "Password", {
      label: "Password of the farm's Redis",
      placeholder: named?.hasPassword === true ? "kept, not shown" : "none",
      isSecret: true,
      take: (input) => {
        const password = input.value;
        // From here on only the service knows it.
        input.value = "";
        return farming.name({ password });
      },
    })}
    ${field("storage", "Storage", {
      label: "Folder that all machines of the farm see",
      placeholder: "/mnt/studio",
      value: named?.storage ?? "",
      take: ({ value }) => farming.name({ storage: value.trim() }),
      hint: "The folder that all its machines see, under this machine's path. Layers must be kept in it.",
    })}
    ${this.#found()}`;
  }

  #found(): TemplateResult {
    const { named, found, problem } = this.state.farm ?? {};
    const isNamed =
      named !== undefined && named.redis !== "" && named.storage !== "";
    const said = !isNamed
      ? "Name its Redis and its storage."
      : problem !== undefined
        ? `${problem.sentence} ${problem.action}`
        : found === undefined
          ? "Looking for it…"
          : found.workers === 0
            ? "It is there, but none of its workers is; runs wait for one."
            : `It is there: ${counted(found.workers, "worker")}, ${found.training} for training.`;
    return html`<p id="farm-found" class="small" role="status">${said}</p>
      <sp-button
        id="farm-look"
        size="s"
        variant="secondary"
        ?disabled=${!isNamed}
        @click=${() => {
          void this.panel.farming.look();
        }}
        >Look again</sp-button
      >`;
  }
}

/** One line of text of what a farm is named by. */
const field = (
  name: string,
  heading: string,
  {
    label,
    placeholder,
    value = "",
    isSecret = false,
    take,
    hint,
  }: {
    readonly label: string;
    readonly placeholder: string;
    readonly value?: string;
    readonly isSecret?: boolean;
    readonly take: (input: HTMLInputElement) => Promise<void>;
    readonly hint?: string;
  },
): TemplateResult =>
  html`<div class="field">
    <label for="farm-${name}">${heading}</label>
    <sp-textfield
      id="farm-${name}"
      size="s"
      type=${isSecret ? "password" : "text"}
      autocomplete=${isSecret ? "off" : nothing}
      label=${label}
      placeholder=${placeholder}
      .value=${value}
      @change=${(event: Event) => {
        void take(event.target as HTMLInputElement);
      }}
    ></sp-textfield>
    ${hint === undefined ? nothing : html`<span class="dim small">${hint}</span>`}
  </div>`;

const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? "" : "s"}`;
