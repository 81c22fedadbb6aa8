/** What can become of interlaced frames. */
export const fieldChoices = ["keep", "top", "bottom", "bwdif"] as const;

/**
 * One of them: `keep` takes frames as they are, two moments in each; `top` and `bottom` take one field and draw the lines between by
 * interpolation; `bwdif` takes the first field and fills the lines between from the frames around where nothing moves.
 */
export type FieldChoice = (typeof fieldChoices)[number];

/** The matrices that a user can say a movie was made with. */
export const matrixChoices = ["bt601", "bt709", "bt2020"] as const;

/** One of them. */
export type MatrixChoice = (typeof matrixChoices)[number];

/** What a user can say of a clip's alpha: how its colours are meant, or that it is to be left out. */
export const alphaChoices = ["straight", "premultiplied", "ignore"] as const;

/** One of them. */
export type AlphaChoice = (typeof alphaChoices)[number];
