import type {
  AboutFacts,
  ClipFacts,
  ClipRef,
  Edit,
  TimelineFacts,
} from "../protocol/host-script-api.ts";
import { checkPlaced } from "./check-placed.ts";
import { checkOpacities, isAsOpaque } from "./clip-opacity.ts";
import type { RunLayer } from "./host.ts";
import { isLaid, isRefusal, layOtherwise } from "./lay-otherwise.ts";
import { refused } from "./refused.ts";
import type { CallScript } from "./script-channel.ts";
import type { Stack } from "./stack.ts";
import { inWords } from "./undoing.ts";

/** What is done besides laying a stack. */
interface Surroundings {
  /** What the timeline is to be but for the stack. */
  readonly around: TimelineFacts;
  readonly label: string;
  /** In the same step, before: what takes away clips that `around` does not have, and what has nothing to do with clips. */
  readonly before?: {
    readonly empties: readonly Edit[];
    readonly others: readonly Edit[];
  };
  /** In the same step, after. */
  readonly after?: readonly Edit[];
}

/**
 * Lays a stack onto empty tracks, names and hides its clips, and looks whether nothing else was changed.
 *
 * @throws LaminaError `tracks-missing`, `host-refused`; AbortError
 */
export async function layStack(
  call: CallScript,
  about: AboutFacts,
  stack: Stack,
  { around, label, before, after = [] }: Surroundings,
  signal: AbortSignal | undefined,
): Promise<void> {
  const sequenceId = around.sequence.id;
  const base =
    before === undefined ? await call("timeline", { sequenceId }) : around;
  const { empties = [], others = [] } = before ?? {};
  const start = stack.start.toString();
  const places = stack.members.map(({ itemId, isUsers }, i): Edit => ({
    kind: "place",
    itemId,
    trackIndex: stack.first + i,
    start,
    ...(isUsers && { bringsSound: true }),
  }));
  const lay = (): Promise<null> =>
    call("edit", {
      sequenceId,
      label,
      edits: [...empties, ...others, ...places, ...after],
    });
  if (about.technology === "extendscript") await lay();
  else {
    // What was wrong is said in the words of the usual way, if no other one helps.
    const failure = await lay().then(
      () => undefined,
      (error: unknown) => error,
    );
    const now = await call("timeline", { sequenceId });
    if (failure !== undefined || !isLaid(stack, base, now)) {
      if (!isRefusal(failure)) {
        throw failure instanceof Error ? failure : new Error(inWords(failure));
      }
      signal?.throwIfAborted();
      const besides = [...others, ...after];
      await layOtherwise(call, about, stack, { base, label, besides, failure });
    }
  }
  const laid = await call("timeline", { sequenceId });
  const edits = dressStack(laid, stack, around);
  if (edits.length > 0) {
    await call("edit", {
      sequenceId,
      label: "Lamina: Name and hide layers",
      edits,
    });
  }
  signal?.throwIfAborted();
  const clips = stack.members.map(({ itemId, name, hidden }) => ({
    itemId,
    name,
    start,
    end: stack.end.toString(),
    disabled: hidden,
  }));
  const now = await call("timeline", { sequenceId });
  checkPlaced(around, now, clips, stack.first);
  await checkOpacities(call, now, stack);
}

/** Gives the clips their names, hides what is hidden, shortens what is longer, and takes away sound that came along. */
function dressStack(
  { video, audio }: TimelineFacts,
  { members, first, start, end }: Stack,
  around: TimelineFacts,
): Edit[] {
  const dressing = members.flatMap((member, i): Edit[] => {
    const trackIndex = first + i;
    const placed = video[trackIndex]?.clips.find(
      (clip) => clip.start === start.toString(),
    );
    if (placed === undefined) {
      throw refused("overwriteClip", `${member.name} is not on its track`);
    }
    const ref: ClipRef = { media: "video", trackIndex, id: placed.id };
    return [
      ...dressingEdits(ref, placed, member),
      ...(member.isUsers ? [endingAt(ref, placed, end)] : []),
    ];
  });
  const ours = new Set<string | null>(members.map(({ itemId }) => itemId));
  const sound = audio.flatMap(({ clips }, trackIndex) =>
    clips
      .filter(
        (clip) => ours.has(clip.itemId) && !wasThere(around, trackIndex, clip),
      )
      .map(({ id }): Edit => {
        const clip: ClipRef = { media: "audio", trackIndex, id };
        return { kind: "remove-clip", clip };
      }),
  );
  return [...dressing, ...sound];
}

/** Whether a sound was there before: the same item may be heard elsewhere. */
const wasThere = (
  { audio }: TimelineFacts,
  trackIndex: number,
  { itemId, start, end }: ClipFacts,
): boolean =>
  audio[trackIndex]?.clips.some(
    (one) => one.itemId === itemId && one.start === start && one.end === end,
  ) ?? false;

/** Has a clip end where the others do. */
const endingAt = (clip: ClipRef, now: ClipFacts, end: bigint): Edit => ({
  kind: "end-clip",
  clip,
  end: end.toString(),
  outPoint: (BigInt(now.inPoint) + end - BigInt(now.start)).toString(),
});

/** The edits that give a clip its layer's name, visibility and opacity. */
export function dressingEdits(
  clip: ClipRef,
  now: {
    readonly name: string;
    readonly disabled: boolean;
    readonly opacity?: number | null | undefined;
  },
  layer: Omit<RunLayer, "id">,
): Edit[] {
  const { name, hidden, opacity } = layer;
  return [
    ...(now.name === name
      ? []
      : [{ kind: "rename-clip" as const, clip, name }]),
    ...(now.disabled === hidden
      ? []
      : [{ kind: "disable-clip" as const, clip, disabled: hidden }]),
    ...(isAsOpaque(now, layer)
      ? []
      : [{ kind: "set-opacity" as const, clip, percent: 100 * opacity! }]),
  ];
}
