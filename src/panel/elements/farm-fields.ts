import { css, html, type TemplateResult } from "lit";
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
    return html`<div class="field">
        <label for="farm-redis">Redis</label>
        <sp-textfield
          id="farm-redis"
          size="s"
          label="Address of the farm's Redis"
          placeholder="redis://farm.studio:6379"
          .value=${named?.redis ?? ""}
          @change=${(event: Event) => {
            void farming.name({ redis: taken(event) });
          }}
        ></sp-textfield>
      </div>
      <div class="field">
        <label for="farm-password">Password</label>
        <sp-textfield
          id="farm-password"
          size="s"
          type="password"
          autocomplete="off"
          label="Password of the farm's Redis"
          placeholder=${named?.hasPassword === true ? "kept, not shown" : "none"}
          @change=${(event: Event) => {
            const field = event.target as HTMLInputElement;
            const password = field.value;
            // From here on only the service knows it.
            field.value = "";
            void farming.name({ password });
          }}
        ></sp-textfield>
      </div>
      <div class="field">
        <label for="farm-storage">Storage</label>
        <sp-textfield
          id="farm-storage"
          size="s"
          label="Folder that all machines of the farm see"
          placeholder="/mnt/studio"
          .value=${named?.storage ?? ""}
          @change=${(event: Event) => {
            void farming.name({ storage: taken(event) });
          }}
        ></sp-textfield>
        <span class="dim small">
          The folder that all its machines see, under this machine's path.
          Layers must be kept in it.
        </span>
      </div>
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

const taken = (event: Event): string =>
  (event.target as HTMLInputElement).value.trim();

const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? "" : "s"}`;
