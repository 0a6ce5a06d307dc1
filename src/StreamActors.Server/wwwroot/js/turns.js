// The turns of a conversation, in the order in which they were asked, whichever tab asked.

import { randomId, visit } from './visit.js'

/**
 * A turn: {id, tab, at, prompt, text, thought, trace, ending, note, left}. tab is the page load that asked and alone writes it down
 * until it has left. Without an ending it streams.
 */
export const newTurn = (prompt, turns) => ({
  id: randomId(), tab: visit, at: Math.max(Date.now(), (turns.at(-1)?.at ?? 0) + 1), prompt, text: '', thought: '', trace: null, ending: null, note: '',
})

/** Whether this page load asked, and is the one to write it down. */
export const isMine = turn => turn.tab === visit && !turn.left

/** Whether the same tab has asked again since. */
export const isOld = (turns, turn) => turns.slice(turns.indexOf(turn) + 1).some(newer => newer.tab === turn.tab)

/** What is kept of it. */
export const toKeep = ({ stopping, ...turn }) => turn

/** Puts it where it belongs. */
export function insert(turns, turn) {
  const after = turns.findLastIndex(other => other.at < turn.at || (other.at === turn.at && other.id < turn.id))
  turns.splice(after + 1, 0, turn)
}
