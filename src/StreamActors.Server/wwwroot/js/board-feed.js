// The board's feed: connects, reads, and connects again.

import { call, readError } from './api.js'
import { readEvents } from './events.js'

const firstPause = 500
const longestPause = 5000
const keyNeeded = 'A key is needed'

/** Dispatches 'frame' (detail: {full, frame}) and 'state' (detail: {live, text}). */
export class BoardFeed extends EventTarget {
  #pause = firstPause
  #woken = false

  async run() {
    for (;;) {
      const why = await this.#watch()
      this.#state(false, why)
      await this.#sleep(why === keyNeeded ? null : this.#pause)
    }
  }

  /** Ends the pause before the next attempt, also one that has not begun. */
  wake() {
    this.#pause = firstPause
    this.#woken = true
    this.end?.()
  }

  /** Reads until the feed ends; says in words why it did. */
  async #watch() {
    try {
      const response = await call('/v1/board')
      if (response.status === 401) return keyNeeded
      if (!response.ok) return (await readError(response)).message
      for await (const { type, data } of readEvents(response)) {
        if (type === 'end') return 'The server is stopping'
        this.#pause = firstPause
        const frame = JSON.parse(data)
        this.#state(true, frame.draining ? 'No new prompts for now: the server drains' : 'Live')
        this.dispatchEvent(new CustomEvent('frame', { detail: { full: type === 'snapshot', frame } }))
      }
    } catch {
      // Not reached, or cut: the same to who watches.
    }
    return 'No connection to the server; trying again'
  }

  /** Without a time: until there is another key to try. */
  async #sleep(time) {
    if (!this.#woken) {
      await new Promise(done => {
        this.end = done
        if (time !== null) setTimeout(done, time)
      })
    }
    this.#woken = false
    this.#pause = Math.min(this.#pause * 2, longestPause)
  }

  #state(live, text) {
    this.dispatchEvent(new CustomEvent('state', { detail: { live, text } }))
  }
}
