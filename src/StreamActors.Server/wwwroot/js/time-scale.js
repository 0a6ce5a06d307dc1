// Where a moment stands on the board: the last seconds are wide, those before them ever narrower.

const bend = 3

/** From 0 (a minute ago) to 1 (now). */
export const position = (age, whole) =>
  1 - Math.log(1 + Math.min(Math.max(age, 0), whole) / 1000 / bend) / Math.log(1 + whole / 1000 / bend)

/** The moments that are marked, in milliseconds. */
export const marks = [2_000, 5_000, 10_000, 20_000, 40_000, 60_000]
