import { css, html, nothing, type TemplateResult } from "lit";

/** The look of `terminalBar`. */
export const progressBarLook = css`
  .bar {
    height: 3px;
    border-radius: 2px;
    background: var(--line);
    overflow: hidden;
  }
  .bar div {
    height: 100%;
    background: var(--accent);
    transition: width 0.25s linear;
  }
  @media (prefers-reduced-motion: reduce) {
    .bar div {
      transition: none;
    }
  }
`;

/**
 * A bar for how much of something is done.
 *
 * @param label what is being done
 * @param share 0 to 1; no bar while it is not known
 */
export const progressBar = (
  label: string,
  share: number | undefined,
): TemplateResult | typeof nothing =>
  share === undefined
    ? nothing
    : html`<div
        class="bar"
        role="progressbar"
        aria-label=${label}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round(100 * share)}
      >
        <div style=${`width:${(100 * share).toFixed(1)}%`}></div>
      </div>`;
