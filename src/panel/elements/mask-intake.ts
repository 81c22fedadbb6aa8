import { css, html, nothing, type TemplateResult } from "lit";
import { selectedMask } from "../preparation.ts";
import { look } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** Where a subject is begun that was not found: painted from nothing, or brought in as a mask. */
export class MaskIntake extends PanelElement {
  static override styles = [
    look,
    css`
      .add {
        padding: 10px;
        border: 1px dashed var(--line-strong);
        border-radius: 6px;
      }
      .add.over {
        border-color: var(--accent);
        background: var(--hover);
      }
      input[type="file"] {
        display: none;
      }
    `,
  ];

  #over = false;
  #path = "";

  protected override render(): TemplateResult {
    const { draft, busy: doing } = this.state;
    const busy = doing !== undefined;
    const first = draft?.subjects.length === 0;
    const search = draft?.search.kind;
    const selected = selectedMask(this.state);
    const mayPaint = search === "idle" || search === "ready";
    return html`<div
      class=${this.#over ? "add stack over" : "add stack"}
      @dragover=${(event: DragEvent) => {
        event.preventDefault();
        this.#setOver(true);
      }}
      @dragleave=${() => {
        this.#setOver(false);
      }}
      @drop=${this.#onDrop}
    >
      <p class=${first ? "" : "dim"}>
        ${
          first
            ? "Show Lamina each subject: use what was found, paint it, or bring a rough mask or matte, white where it is and black elsewhere. Shadows and reflections need not be in it."
            : "Another subject? Paint it, or bring its mask."
        }
      </p>
      ${
        this.state.selection?.hint === "object-mask"
          ? html`<p class="dim small" id="object-mask">
              There is an Object Mask in this sequence. To use it: copy the
              masked clip onto a track of its own over the same range, select
              it, and take it in as a matte here.
            </p>`
          : nothing
      }
      <div class="actions">
        <sp-button
          id="paint-new"
          size="s"
          variant="secondary"
          ?disabled=${busy || !mayPaint}
          @click=${() => {
            void this.panel.preparation.paintNew();
          }}
          >Paint…</sp-button
        >
        <sp-button
          size="s"
          variant="secondary"
          treatment="outline"
          ?disabled=${busy}
          @click=${() => {
            this.#pick("files");
          }}
          >Movie or images…</sp-button
        >
        <sp-button
          size="s"
          variant="secondary"
          treatment="outline"
          ?disabled=${busy}
          @click=${() => {
            this.#pick("folder");
          }}
          >Folder…</sp-button
        >
        ${
          selected === undefined
            ? nothing
            : html`<sp-button
                id="add-selected"
                size="s"
                variant="secondary"
                treatment="outline"
                ?disabled=${busy}
                @click=${() => {
                  void this.panel.preparation.addSelected();
                }}
                >Selected clip: ${selected.name}</sp-button
              >`
        }
      </div>
      <input
        id="files"
        type="file"
        multiple
        accept="image/*,.tif,.tiff,.exr,.dpx,.tga,video/*"
        aria-label="Mask files"
        @change=${this.#onFiles}
      />
      <input
        id="folder"
        type="file"
        webkitdirectory
        aria-label="Mask folder"
        @change=${this.#onFiles}
      />
      <form class="row" @submit=${this.#onPath}>
        <sp-textfield
          class="grow"
          id="path"
          size="s"
          label="Path of a mask"
          placeholder="…or the path of one"
          .value=${this.#path}
          @input=${(event: Event) => {
            this.#path = (event.target as HTMLInputElement).value;
            this.requestUpdate();
          }}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key === "Enter") this.#onPath(event);
          }}
        ></sp-textfield>
        <sp-button
          id="add-path"
          size="s"
          variant="secondary"
          ?disabled=${busy || this.#path.trim() === ""}
          @click=${this.#onPath}
          >Add</sp-button
        >
      </form>
    </div>`;
  }

  #pick(id: "files" | "folder"): void {
    this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.click();
  }

  readonly #onFiles = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    void this.panel.preparation.addFiles(files).finally(() => {
      // The same file may be chosen again.
      input.value = "";
    });
  };

  readonly #onDrop = (event: DragEvent): void => {
    event.preventDefault();
    this.#setOver(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    void this.panel.preparation.addFiles(files);
  };

  readonly #onPath = (event: Event): void => {
    event.preventDefault();
    if (this.#path.trim() === "") return;
    void this.panel.preparation.addPath(this.#path).then((added) => {
      if (added) this.#path = "";
      this.requestUpdate();
    });
  };

  #setOver(over: boolean): void {
    if (this.#over === over) return;
    this.#over = over;
    this.requestUpdate();
  }
}
