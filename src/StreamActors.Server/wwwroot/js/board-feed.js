// The board's feed: connects, reads, and connects again.

import { call, gate, readError } from './api.js'
import { readEvents } from './events.js'

const firstPause = 500
const longestPause = 5000

/** Dispatches 'frame' (detail: {full, frame}) and 'state' (detail: {live, text}). */
export class BoardFeed extends EventTarget {
  #pause = firstPause

  async run() {
    for (;;) {
      const wait = await this.#watch()
      this.#state(false, wait)
      await this.#sleep()
    }
  }

  /** Ends the pause before the next attempt. */
  wake() {
    this.#pause = firstPause
    this.woken?.()
  }

  /** Reads until the feed ends; says in words why it did. */
  async #watch() {
    try {
      const response = await call('/v1/board')
      if (response.status === 401) return 'A key is needed'
      if (!response.ok) return (await readError(response)).message
      for await (const { type, data } of readEvents(response)) {
        if (type === 'end') return 'The server is stopping'
        this.#pause = firstPause
        const frame = JSON.parse(data)
        this.#state(true, frame.draining ? 'The server is stopping: no new prompts' : 'Live')
        this.dispatchEvent(new CustomEvent('frame', { detail: { full: type === 'snapshot', frame } }))
      }
    } catch {
      // Not reached, or cut: the same to who watches.
    }
    return 'No connection to the server; trying again'
  }

  async #sleep() {
    await new Promise(done => {
      this.woken = done
      setTimeout(done, this.#pause)
    })
    this.#pause = Math.min(this.#pause * 2, longestPause)
  }

  #state(live, text) {
    this.dispatchEvent(new CustomEvent('state', { detail: { live, text } }))
  }
}
