import { css } from "lit";

/** What all elements share: the type, the rows, the headings. Colours are defined on the panel itself. */
export const look = css`
  :host {
    display: block;
    font: var(--type);
    color: var(--text);
  }
  * {
    box-sizing: border-box;
  }
  h2 {
    margin: 0;
    font-size: 12px;
    font-weight: 600;
    color: var(--bright);
  }
  p {
    margin: 0;
  }
  ul,
  ol {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .stack {
    display: flex;
    flex-direction: column;
    gap: 10px;
  }
  .tight {
    gap: 4px;
  }
  .row {
    display: flex;
    align-items: center;
    gap: 6px;
    min-width: 0;
  }
  .spread {
    justify-content: space-between;
  }
  .grow {
    flex: 1 1 0;
    min-width: 0;
  }
  .cut {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .dim {
    color: var(--dim);
  }
  .small {
    font-size: 11px;
  }
  .bright {
    color: var(--bright);
  }
  .numbers {
    font-variant-numeric: tabular-nums;
  }
  .card {
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--raised);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .seen-by-readers {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  svg {
    flex: none;
    display: block;
  }
  button.plain {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    width: 24px;
    height: 24px;
    padding: 0;
    border: 0;
    border-radius: 4px;
    background: none;
    color: var(--dim);
    font: inherit;
    cursor: pointer;
    flex: none;
  }
  button.plain:hover:not(:disabled) {
    background: var(--hover);
    color: var(--bright);
  }
  button.plain:disabled {
    opacity: 0.3;
    cursor: default;
  }
  button.plain[aria-pressed="true"] {
    color: var(--accent);
  }
  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 1px;
  }
  sp-textfield {
    --mod-textfield-width: 100%;
    width: 100%;
    min-width: 0;
  }
  sp-button {
    --mod-button-font-size: 12px;
    /* Spectrum's own grey on grey has a contrast of 1.4 to 1. */
    --mod-button-content-color-disabled: var(--faint-text);
  }
  @media (prefers-reduced-motion: reduce) {
    sp-button {
      --mod-button-animation-duration: 0s;
    }
  }
  sp-button:not([size="s"]) {
    /* The height that the text would have at its usual size. */
    --mod-button-line-height: 18px;
  }
  select {
    -webkit-appearance: none;
    appearance: none;
    width: 100%;
    min-width: 0;
    height: 26px;
    padding: 0 26px 0 8px;
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--sunk)
      url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='10' height='6' fill='none' stroke='%23a6a6a6' stroke-width='1.4'%3E%3Cpath d='m1 1 4 4 4-4'/%3E%3C/svg%3E")
      no-repeat right 9px center;
    color: var(--bright);
    font: inherit;
    text-overflow: ellipsis;
    cursor: pointer;
  }
  select:hover {
    border-color: var(--line-strong);
  }
`;

/** A row of choices of which one is taken, made of native radio buttons. */
export const segments = css`
  .segments {
    display: flex;
    margin: 0;
    padding: 2px;
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--sunk);
    min-width: 0;
  }
  .segments label {
    flex: 1 1 auto;
    min-width: 0;
    position: relative;
    cursor: pointer;
  }
  .segments input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  .segments span {
    display: block;
    padding: 3px 5px;
    border-radius: 4px;
    text-align: center;
    color: var(--dim);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .segments input:hover + span {
    color: var(--bright);
  }
  .segments input:checked + span {
    background: var(--chosen);
    color: var(--bright);
  }
  .segments input:focus-visible + span {
    outline: 2px solid var(--focus);
  }
`;

/** A slider that is as small as the panel. */
export const rangeStyle = css`
  input[type="range"] {
    flex: 1 1 0;
    min-width: 0;
    height: 16px;
    margin: 0;
    appearance: none;
    -webkit-appearance: none;
    background: none;
    cursor: pointer;
  }
  input[type="range"]::-webkit-slider-runnable-track {
    height: 3px;
    border-radius: 2px;
    background: var(--line-strong);
  }
  input[type="range"]::-webkit-slider-thumb {
    -webkit-appearance: none;
    width: 12px;
    height: 12px;
    margin-top: -4.5px;
    border-radius: 50%;
    background: var(--text);
  }
`;

/** Rows that each open a run, or subjects that are being prepared. */
export const runRows = css`
  .runs {
    border: 1px solid var(--line);
    border-radius: 6px;
    overflow: hidden;
  }
  .run {
    padding: 6px 4px 6px 10px;
    min-height: 40px;
    background: var(--raised);
  }
  .run + .run {
    border-top: 1px solid var(--line);
  }
  .open {
    flex: 1 1 0;
    min-width: 0;
    padding: 0;
    border: 0;
    background: none;
    font: inherit;
    color: inherit;
    text-align: left;
    cursor: pointer;
  }
  .open:hover .name {
    text-decoration: underline;
  }
`;
