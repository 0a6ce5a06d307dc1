// Which page loads of this browser are still there: they are asked, and a closed or crashed one does not answer.

import { visit } from './visit.js'

const patience = 1000

/** Null in old browsers, and where a browser that may keep nothing denies it too. */
const open = () => {
  try {
    return new BroadcastChannel('streamactors.visits')
  } catch {
    return null
  }
}

/** Works without a secure context, unlike locks, and is not slowed down in hidden tabs, unlike timers. */
export class Visits {
  #waiting = new Map()
  #channel = open()

  constructor() {
    this.#channel?.addEventListener('message', ({ data }) => {
      if (data?.ask === visit) this.#channel.postMessage({ here: visit })
      this.#waiting.get(data?.here)?.answered(true)
    })
  }

  /** Whether that page load is there; asked once for all who want to know at the same time. */
  isThere(id) {
    if (id === visit) return Promise.resolve(true)
    if (!this.#channel) return Promise.resolve(false)
    const known = this.#waiting.get(id)
    if (known) return known.answer
    const asked = deferred()
    const timer = setTimeout(() => asked.resolve(false), patience)
    const answer = asked.promise.finally(() => {
      clearTimeout(timer)
      this.#waiting.delete(id)
    })
    this.#waiting.set(id, { answer, answered: asked.resolve })
    this.#channel.postMessage({ ask: id })
    return answer
  }
}

function deferred() {
  let resolve
  const promise = new Promise(done => { resolve = done })
  return { promise, resolve }
}
