import { numberedPng } from "../../job-contract/frame-files.ts";
import {
  css,
  html,
  nothing,
  type PropertyDeclarations,
  type TemplateResult,
} from "lit";
import type { Draft, SubjectPart, Subject } from "../draft.ts";
import { subjectColour } from "../subject-colours.ts";
import {
  bestFrame,
  leastSureFrame,
  paintedFrames,
  uniteMasks,
} from "../tracks.ts";
import { type IconName, icon } from "./icons.ts";
import { look } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** One subject of the draft: its picture, its name, and what can be done with it. */
export class SubjectRow extends PanelElement {
  static override properties: PropertyDeclarations = {
    ...PanelElement.properties,
    index: { attribute: false },
  };
  static override styles = [
    look,
    css`
      :host {
        display: grid;
        grid-template-columns: 56px minmax(0, 1fr) auto;
        gap: 4px 8px;
        align-items: center;
        padding: 6px 4px 6px 6px;
      }
      .tools {
        display: grid;
        grid-template-columns: repeat(3, 22px);
      }
      .tools button {
        width: 22px;
      }
      .facts {
        gap: 2px;
      }
      .doubt {
        color: var(--warn);
      }
    `,
  ];
  declare index: number;

  protected override render(): TemplateResult {
    const { draft } = this.state;
    const subject = draft?.subjects[this.index];
    if (draft === undefined || subject === undefined) return html``;
    const { key, name, parts } = subject;
    return html`${this.#picture(draft, subject)}
      <div class="stack facts">
        <sp-textfield
          size="s"
          label=${`Name of subject ${this.index + 1}`}
          .value=${name}
          @input=${(event: Event) => {
            this.panel.preparation.rename(
              key,
              (event.target as HTMLInputElement).value,
            );
          }}
        ></sp-textfield>
        ${parts.map((part) => describePart(draft, part))}
      </div>
      <div class="tools">${this.#tools(draft, subject)}</div>`;
  }

  #tools(draft: Draft, { key, name, parts }: Subject): TemplateResult[] {
    const { preparation } = this.panel;
    const below = draft.subjects[this.index + 1];
    const tool = (
      picture: IconName,
      title: string,
      possible: boolean,
      work: () => void,
    ): TemplateResult =>
      html`<button
        class="plain"
        title=${title}
        aria-label=${`${title}: ${name}`}
        ?disabled=${!possible || this.state.busy !== undefined}
        @click=${work}
      >
        ${icon(picture)}
      </button>`;
    const tools = [
      tool("up", "Nearer", this.index > 0, () => {
        preparation.move(key, -1);
      }),
      tool("down", "Farther", below !== undefined, () => {
        preparation.move(key, 1);
      }),
      tool("merge", "Merge with the one below", below !== undefined, () => {
        if (below !== undefined) preparation.merge(key, below.key);
      }),
    ];
    if (parts.length > 1)
      tools.push(
        tool("split", "Split again", true, () => {
          preparation.split(key);
        }),
      );
    if (parts.some(({ kind }) => kind === "track"))
      tools.push(
        tool("brush", "Paint", draft.opened !== undefined, () => {
          preparation.paint(key);
        }),
      );
    tools.push(
      tool("remove", "Remove", true, () => {
        preparation.remove(key);
      }),
    );
    return tools;
  }

  #picture(
    { workspace, opened, tracks }: Draft,
    { key, parts }: Subject,
  ): TemplateResult {
    const [part] = parts;
    if (part?.kind === "mask") {
      const { folder, fullestFrame } = part.mask;
      return html`<lamina-brought-mask-picture
        .panel=${this.panel}
        .workspaceId=${workspace?.id ?? ""}
        .path=${`${folder}/${numberedPng(fullestFrame - 1)}`}
      ></lamina-brought-mask-picture>`;
    }
    const all = parts.flatMap((each) => {
      const track =
        each.kind === "track" ? tracks.get(each.trackId) : undefined;
      return track === undefined ? [] : [track];
    });
    const frame = all[0] === undefined ? -1 : bestFrame(all[0]);
    const bits = uniteMasks(all.map(({ frames }) => frames[frame]?.bits));
    if (opened === undefined || bits.length === 0)
      return html`<span aria-hidden="true"></span>`;
    const mask = {
      workspaceId: workspace?.id ?? "",
      frame,
      size: opened,
      bits,
      colour: subjectColour(key),
    };
    return html`<lamina-mask-picture
      .panel=${this.panel}
      .mask=${mask}
    ></lamina-mask-picture>`;
  }
}

/** Where a part comes from, and what the user should know of it. */
function describePart({ tracks }: Draft, part: SubjectPart): TemplateResult {
  if (part.kind === "mask") {
    const { origin, mask, follows } = part;
    return html`<div class="dim small cut" title=${origin}>
        ${origin} · ${percent(mask.coverage)} of the picture
      </div>
      ${
        follows === false
          ? html`<div class="small doubt">
              It does not follow what the clip shows: it may be another clip's,
              or very rough.
            </div>`
          : nothing
      }
      ${mask.notices.map((text) => html`<div class="dim small">${text}</div>`)}`;
  }
  const track = tracks.get(part.trackId);
  const painted = track === undefined ? 0 : paintedFrames(track).length;
  const least = track && leastSureFrame(track);
  const origin =
    painted === 0
      ? "Found"
      : `Painted in ${painted} frame${painted === 1 ? "" : "s"}`;
  const doubt =
    least === undefined
      ? ""
      : ` · least sure: ${least + 1} (${percent(track!.frames[least]!.confidence)})`;
  return html`<div class="dim small cut" title=${origin + doubt}>
    ${track?.following === true ? `${origin} · following…` : origin + doubt}
  </div>`;
}

/** A share as a person says it: `4 %`, `under 1 %`. */
const percent = (share: number): string =>
  share < 0.01 ? "under 1 %" : `${Math.round(100 * share)} %`;
