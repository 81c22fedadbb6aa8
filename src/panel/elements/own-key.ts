/** Fields that one types into, and lists that one finds an entry of by typing. */
const typed =
  'input:not([type="range"]):not([type="radio"]):not([type="checkbox"]), textarea, select, [contenteditable]';
/** What is pressed or opened with Space. */
const pressed =
  'button, summary, a, select, sp-button, input[type="radio"], input[type="checkbox"], [role="button"]';
/** What arrows, Home and End move by themselves. */
const moved = 'input[type="range"], input[type="radio"], [role="slider"]';

/** Whether the element that has the keyboard uses a key itself. */
export function isOwnKey(
  target: EventTarget | undefined,
  key: string,
): boolean {
  if (!(target instanceof Element)) return false;
  if (target.matches(typed)) return true;
  if (key === " ") return target.matches(pressed);
  return /^(Arrow|Home|End)/.test(key) && target.matches(moved);
}
