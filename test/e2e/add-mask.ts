import type { Page } from "playwright-core";

/** Brings a mask into the draft by its path; the caller waits for the subject that comes of it. */
export async function addMask(page: Page, path: string): Promise<void> {
  const field = page.getByLabel("Path of a mask");
  await field.fill(path);
  // By the key, not by the button: what is found in the clip meanwhile would move the button from under the pointer.
  await page.locator("#add-path:not([disabled])").waitFor();
  await field.press("Enter");
}
