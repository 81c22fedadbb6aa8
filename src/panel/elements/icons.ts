import { html, svg, type SVGTemplateResult, type TemplateResult } from "lit";

// Drawn on a grid of 16, one stroke, so that they match at the panel's one small size.
const shapes = {
  eye: svg`<path d="M1.5 8s2.4-4.2 6.5-4.2S14.5 8 14.5 8 12.1 12.2 8 12.2 1.5 8 1.5 8Z"/><circle cx="8" cy="8" r="2"/>`,
  hidden: svg`<path d="M1.5 8s2.4-4.2 6.5-4.2S14.5 8 14.5 8 12.1 12.2 8 12.2 1.5 8 1.5 8Z" opacity=".45"/><path d="M3 13 13 3"/>`,
  solo: svg`<circle cx="8" cy="8" r="5.7"/><circle cx="8" cy="8" r="1.6" fill="currentColor"/>`,
  up: svg`<path d="M8 13V3.5M4 7l4-4 4 4"/>`,
  down: svg`<path d="M8 3v9.5M4 9l4 4 4-4"/>`,
  remove: svg`<path d="m4 4 8 8m0-8-8 8"/>`,
  more: svg`<path d="M3.500 8v.01M8 8v.01M12.500 8v.01" stroke-width="2.200"/>`,
  settings: svg`<path d="M2 4.5h6m4 0h2M2 11.5h2m4 0h6"/><circle cx="10" cy="4.5" r="1.8"/><circle cx="6" cy="11.5" r="1.8"/>`,
  back: svg`<path d="M9.5 3.5 5 8l4.5 4.5"/>`,
  merge: svg`<path d="M3 3v2.2C3 8 8 7 8 10v3M13 3v2.2C13 8 8 7 8 10"/>`,
  split: svg`<path d="M8 3v3c0 2-5 1-5 4.8V13M8 6c0 2 5 1 5 4.8V13"/>`,
  brush: svg`<path d="M13.5 2.5 7.6 8.4"/><path d="M6.8 8.2c1.4.2 2 1.2 1.6 2.5-.5 1.7-2.6 2.6-5.6 2.3 1.2-1 .9-2 1.4-3.2.5-1.100 1.500-1.800 2.600-1.600Z"/>`,
  eraser: svg`<path d="M6.200 13 2.500 9.300l6.400-6.500 4.500 4.500L7.800 13Z"/><path d="m5.600 6.200 4.500 4.600M6.200 13h7"/>`,
  polygon: svg`<path d="M8 2.500 13.500 6.500 11.500 13h-7l-2-6.500Z"/>`,
  snap: svg`<path d="M3 12.500c1-6 2.500 1 4-3s.5-6 3-6 2 3.500 3 6"/><circle cx="3" cy="12.800" r="1"/><circle cx="13" cy="10.200" r="1"/>`,
  click: svg`<path d="m7 6.500 6.500 2.600-2.800 1.300-1.200 2.900Z"/><path d="M6 2.500v1.300M2.500 6h1.300M3.500 3.500l1 1M8.500 3.500l-1 1"/>`,
  undo: svg`<path d="M5.500 3 2.500 6l3 3"/><path d="M3 6h6.500a3.500 3.500 0 0 1 0 7H6"/>`,
  redo: svg`<path d="m10.500 3 3 3-3 3"/><path d="M13 6H6.500a3.500 3.500 0 0 0 0 7H10"/>`,
  play: svg`<path d="M5 3.2v9.6L12.6 8Z" fill="currentColor"/>`,
  pause: svg`<path d="M5.2 3.5v9M10.8 3.5v9"/>`,
  plus: svg`<path d="M8 3.5v9M3.5 8h9"/>`,
  minus: svg`<path d="M3.5 8h9"/>`,
  loop: svg`<path d="M11.5 2.5 13.500 4.500l-2 2"/><path d="M13.500 4.500H5a2.500 2.500 0 0 0-2.500 2.500M4.500 13.500l-2-2 2-2"/><path d="M2.500 11.500H11A2.500 2.500 0 0 0 13.500 9"/>`,
  rename: svg`<path d="m3 13 .6-2.9 7-7 2.3 2.3-7 7Z"/>`,
  layers: svg`<path d="m8 2.5 6 3-6 3-6-3Z"/><path d="m2.5 8.2 5.5 2.8 5.5-2.8M2.5 10.9 8 13.7l5.5-2.8"/>`,
  done: svg`<path d="m3.2 8.4 3.2 3.2 6.4-7"/>`,
  grip: svg`<path d="M6 4v.01M10 4v.01M6 8v.01M10 8v.01M6 12v.01M10 12v.01" stroke-width="1.8"/>`,
  warning: svg`<path d="M8 2.5 14.5 13.5h-13Z"/><path d="M8 6.6v3.2M8 11.6v.01"/>`,
  link: svg`<path d="M6.5 9.5l3-3M7 5l1.5-1.5a2.8 2.8 0 0 1 4 4L11 9M9 11l-1.500 1.500a2.8 2.8 0 0 1-4-4L5 7"/>`,
  wipe: svg`<rect x="2" y="3" width="12" height="10" rx="1"/><path d="M8 3v10"/><path d="M4 10.5 6.500 8M4 7.500 6.500 5" opacity=".6"/>`,
  film: svg`<rect x="2" y="3" width="12" height="10" rx="1"/><path d="M5 3v10M11 3v10M2 8h12"/>`,
} satisfies Record<string, SVGTemplateResult>;

/** The panel's pictures on buttons. */
export type IconName = keyof typeof shapes;

/** Draws an icon in the colour of the text around it; what it means is said elsewhere. */
export const icon = (name: IconName): TemplateResult => html`
  <svg
    slot="icon"
    viewBox="0 0 16 16"
    width="16"
    height="16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.3"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${shapes[name]}
  </svg>
`;
