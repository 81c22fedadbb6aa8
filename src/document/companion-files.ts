/** A file that Lamina writes beside a result's document, at a person's request. */
export interface CompanionFile {
  readonly name: string;
  /** Stands within the file's first bytes; a file of this name without it is somebody else's. */
  readonly mark: string;
}

/** All of them. Their names are good ones that others use too, so it is by the mark that they are known. */
export const companionFiles = {
  contactSheet: { name: "contact-sheet.png", mark: "Lamina contact sheet" },
  player: { name: "index.html", mark: "Lamina player" },
  fcpXml: { name: "timeline.xml", mark: "Lamina timeline" },
  otio: { name: "timeline.otio", mark: "Lamina timeline" },
  mlt: { name: "timeline.mlt", mark: "Lamina timeline" },
  afterEffects: { name: "timeline.jsx", mark: "Lamina timeline" },
} as const satisfies Record<string, CompanionFile>;
