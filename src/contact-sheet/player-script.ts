/**
 * The player's program, as it stands in the page. It draws with canvas composition alone: `source-in` turns a layer into its alpha, so no
 * pixel is ever read and a page opened from disk is allowed all it needs.
 */
export const playerScript = `
"use strict";
const clip = JSON.parse(document.getElementById("clip").textContent);
const screen = document.getElementById("screen");
const context = screen.getContext("2d");
const matte = new OffscreenCanvas(clip.width, clip.height);
const matteContext = matte.getContext("2d");
const play = document.getElementById("play");
const scrub = document.getElementById("scrub");
const counter = document.getElementById("counter");
const notice = document.getElementById("notice");
const state = { frame: 0, playing: false, mode: "composite", subject: 1, visible: clip.layers.map(() => true) };

// Decoded frames are large, so only as many are kept as fit in about 300 MB.
const keep = Math.max(24, Math.floor(3e8 / (4 * clip.width * clip.height)));
const pictures = new Map();
function picture(url) {
  let entry = pictures.get(url);
  if (entry === undefined) {
    const image = new Image();
    entry = { image, state: "loading" };
    entry.done = new Promise((resolve) => {
      image.onload = () => { entry.state = "ready"; resolve(); };
      image.onerror = () => { entry.state = "missing"; resolve(); };
    });
    image.src = url;
    if (pictures.size >= keep) pictures.delete(pictures.keys().next().value);
  } else {
    pictures.delete(url);
  }
  pictures.set(url, entry);
  return entry;
}

function needed(frame) {
  const file = (layer) => clip.layers[layer].files[frame];
  switch (state.mode) {
    case "composite": return clip.layers.map((_, i) => i).filter((i) => state.visible[i]).map(file);
    case "background": return [file(0)];
    case "difference": return clip.differences[frame].picture === undefined ? [] : [clip.differences[frame].picture];
    default: return clip.layers.length > 1 ? [file(state.subject)] : [];
  }
}

function checkerboard() {
  const side = Math.max(4, Math.round(clip.height / 16));
  for (let y = 0; y * side < clip.height; y++) {
    for (let x = 0; x * side < clip.width; x++) {
      context.fillStyle = (x + y) % 2 === 0 ? "#969696" : "#bebebe";
      context.fillRect(x * side, y * side, side, side);
    }
  }
}

let drawing = 0;
async function draw() {
  const turn = ++drawing;
  const entries = needed(state.frame).map(picture);
  await Promise.all(entries.map((entry) => entry.done));
  if (turn !== drawing) return;
  const ready = entries.filter((entry) => entry.state === "ready").map((entry) => entry.image);
  context.fillStyle = "#000";
  context.fillRect(0, 0, clip.width, clip.height);
  if (state.mode === "composite" && !state.visible[0]) checkerboard();
  if (state.mode === "layer") checkerboard();
  if (state.mode === "alpha") {
    matteContext.globalCompositeOperation = "copy";
    for (const image of ready) matteContext.drawImage(image, 0, 0);
    matteContext.globalCompositeOperation = "source-in";
    matteContext.fillStyle = "#fff";
    matteContext.fillRect(0, 0, clip.width, clip.height);
    if (ready.length > 0) context.drawImage(matte, 0, 0);
  } else {
    for (const image of ready) context.drawImage(image, 0, 0);
  }
  scrub.value = String(state.frame + 1);
  counter.textContent = (state.frame + 1) + " / " + clip.frameCount;
  const missing = entries.length - ready.length;
  notice.textContent = missing > 0 ? "This frame's file is missing."
    : state.mode === "difference" ? "Largest difference to the source: " + clip.differences[state.frame].largest
    : "";
  for (let ahead = 1; ahead <= 6 && state.playing; ahead++) {
    needed((state.frame + ahead) % clip.frameCount).forEach(picture);
  }
}

let due = 0;
function tick(now) {
  if (!state.playing) return;
  const next = (state.frame + 1) % clip.frameCount;
  // A frame that is still loading is waited for, never skipped.
  const loaded = needed(next).every((url) => picture(url).state !== "loading");
  if (now >= due && loaded) {
    due = Math.max(due + 1000 / clip.framesPerSecond, now);
    state.frame = next;
    draw();
  }
  requestAnimationFrame(tick);
}

function setPlaying(playing) {
  state.playing = playing;
  play.textContent = playing ? "Pause" : "Play";
  if (playing) requestAnimationFrame((now) => { due = now; tick(now); });
}
function goTo(frame) {
  state.frame = Math.min(clip.frameCount - 1, Math.max(0, frame));
  draw();
}

play.addEventListener("click", () => setPlaying(!state.playing));
scrub.addEventListener("input", () => { setPlaying(false); goTo(Number(scrub.value) - 1); });
for (const input of document.querySelectorAll("[name=mode]")) {
  input.addEventListener("change", () => { state.mode = input.value; draw(); });
}
for (const input of document.querySelectorAll("[name=subject]")) {
  input.addEventListener("change", () => { state.subject = Number(input.value); draw(); });
}
for (const input of document.querySelectorAll("[data-visible]")) {
  input.addEventListener("change", () => { state.visible[Number(input.dataset.visible)] = input.checked; draw(); });
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const tag = event.target.tagName;
  const modes = document.querySelectorAll("[name=mode]");
  const digit = Number(event.key);
  if (event.key === " " && tag !== "BUTTON" && !(tag === "INPUT" && event.target.type !== "range")) {
    event.preventDefault();
    setPlaying(!state.playing);
  } else if (digit >= 1 && digit <= modes.length) {
    modes[digit - 1].click();
    modes[digit - 1].focus();
  } else if (tag !== "INPUT" && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
    event.preventDefault();
    setPlaying(false);
    goTo({ ArrowLeft: state.frame - 1, ArrowRight: state.frame + 1, Home: 0, End: clip.frameCount - 1 }[event.key]);
  }
});
// A page opened at #frame=12&mode=alpha shows just that.
const wanted = new URLSearchParams(location.hash.slice(1));
const radio = [...document.querySelectorAll("[name=mode]")].find((input) => input.value === wanted.get("mode"));
if (radio) { radio.checked = true; state.mode = radio.value; }
const still = wanted.has("frame") || matchMedia("(prefers-reduced-motion: reduce)").matches;
goTo(Number(wanted.get("frame") ?? 1) - 1);
if (!still) setPlaying(true);
`;
