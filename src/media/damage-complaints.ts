// What ffmpeg says with the same weight as of damage, and what is none: notes inside the stream that no picture depends on,
// sound (looked at while probing), and our own output.
const harmless = [
  /^\[(aac|ac3|eac3|alac|dca|flac|mp1\w*|mp2\w*|mp3\w*|opus|pcm_\w+|truehd|vorbis|wma\w*)(_\w+)? @/,
  /^\[(rawvideo|null|framecrc|out#\S+)\b/,
  /SEI type|unable to decode APP fields/,
  /^\s+Last message repeated|^\s*$/,
];

/** ffmpeg's messages that mean that something is damaged. */
export const damageComplaints = (messages: string): string[] =>
  messages
    .split("\n")
    .filter((line) => !harmless.some((pattern) => pattern.test(line)));
