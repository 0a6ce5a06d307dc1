// Conversations as earlier versions of the page kept them: all under one key.

const place = 'streamactors.conversations'

/** Puts them where they are kept now; done twice, by two tabs, it comes to the same. */
export function migrate(shelf) {
  const text = localStorage.getItem(place)
  if (text === null) return
  let kept = null
  try {
    kept = JSON.parse(text)
  } catch {
    // Not ours: nothing to keep.
  }
  for (const [i, { id, name, model, turns = [] }] of (Array.isArray(kept) ? kept : []).entries()) {
    shelf.putChat({ id, name, model, at: i, closed: 0 })
    turns.forEach((turn, n) => shelf.putTurn(id, { ...turn, id: turn.trace ?? `old-${n}`, tab: '', at: turn.at ?? n, ...!turn.ending && { left: true } }))
  }
  localStorage.removeItem(place)
}
