/** The player's looks: dark and neutral, so that nothing tints the picture. */
export const playerStyle = `
:root { color-scheme: dark; font: 15px/1.45 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
* { box-sizing: border-box; }
body { margin: 0; background: #16181d; color: #e8e8ea; }
main { max-width: 1120px; margin: 0 auto; padding: 20px; }
figure { margin: 0; position: relative; }
canvas { display: block; width: 100%; max-height: 68vh; object-fit: contain; background: #0c0d10; border-radius: 6px; }
#notice { position: absolute; left: 12px; bottom: 10px; margin: 0; padding: 2px 8px; border-radius: 4px; background: rgb(0 0 0 / .72); }
#notice:empty { display: none; }
.transport { display: flex; align-items: center; gap: 14px; margin: 14px 0; }
.transport input { flex: 1; min-width: 0; accent-color: #8ab4ff; height: 24px; }
button { min-width: 84px; padding: 8px 14px; border: 1px solid #4a4f5c; border-radius: 6px; background: #262a33; color: inherit; font: inherit; cursor: pointer; }
button:hover { background: #30353f; }
output { min-width: 92px; text-align: right; font-variant-numeric: tabular-nums; }
.panels { display: flex; flex-wrap: wrap; gap: 16px; }
fieldset { flex: 1 1 300px; margin: 0; padding: 8px 14px 12px; border: 1px solid #353a45; border-radius: 6px; }
legend { padding: 0 6px; color: #b6bac4; }
label { display: flex; align-items: center; gap: 9px; min-height: 32px; cursor: pointer; }
label > span { overflow-wrap: anywhere; }
.layer { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 18px; }
.solo { color: #b6bac4; }
input[type="checkbox"], input[type="radio"] { width: 17px; height: 17px; accent-color: #8ab4ff; }
label kbd { margin-left: auto; }
kbd { padding: 1px 7px; border: 1px solid #4a4f5c; border-radius: 4px; background: #20232b; color: #c6cad3; font: 13px/1.4 ui-monospace, Consolas, monospace; }
.keys { color: #b6bac4; margin: 16px 2px 0; }
:focus-visible { outline: 2px solid #8ab4ff; outline-offset: 2px; }
.only-read { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;
