// The board's feed: connects, reads, and connects again.

import { call, readError, root } from './api.js'
import { readEvents } from './events.js'
import { isOfServer } from './proxy.js'
import { Silence } from './silence.js'

const firstPause = 500
const longestPause = 10_000
/** A connection that lasted as long is taken for a good one. */
const good = 10_000
/** The server speaks at least every ten seconds, and at once when it is asked. */
const [firstWord, nextWord] = [10_000, 30_000]
const [manyCuts, within] = [3, 600_000]

const keyNeeded = { text: 'A key is needed' }
const lost = { text: 'No connection to the server; trying again' }
const cut = { text: 'The connection was cut; trying again' }
const asleep = { text: 'Paused while this tab is hidden' }
const heldBack = {
  text: 'Nothing comes from the server; trying again',
  message: 'The board gets nothing from the server.',
  advice: `A proxy may hold back what the server sends: switch its buffering off for ${root} (nginx: proxy_buffering off). Or other tabs use all the connections that the browser allows: close some.`,
}
const oftenCut = {
  message: 'The connection of the board is cut again and again.',
  advice: 'A proxy ends answers that take long, those of models too. Raise its time limit for reading (nginx: proxy_read_timeout).',
}

/** Dispatches 'frame' (detail: {full, frame}) and 'state' (detail: {live, text, message, advice}; the last two where there is something to do). */
export class BoardFeed extends EventTarget {
  #pause = firstPause
  #woken = false
  #hidden = false
  #cuts = []
  #controller = null

  async run() {
    for (;;) {
      const why = this.#hidden ? asleep : await this.#watch()
      this.#state(false, why)
      await this.#sleep(why === keyNeeded || why === asleep ? null : this.#pause)
    }
  }

  /** Ends the pause before the next attempt, also one that has not begun. */
  wake() {
    this.#pause = firstPause
    this.#woken = true
    this.end?.()
  }

  /** A hidden page watches nothing: a browser has six connections to a server for all its tabs, and prompts need them. */
  hide(hidden) {
    if (hidden === this.#hidden) return
    this.#hidden = hidden
    if (hidden) this.#controller?.abort()
    else this.wake()
  }

  /** Reads until the feed ends; says in words why it did. */
  async #watch() {
    const began = performance.now()
    const controller = this.#controller = new AbortController()
    const silence = new Silence(controller, firstWord)
    let spoke = false
    try {
      const response = await call('v1/board', { signal: controller.signal })
      if (response.status === 401 && isOfServer(response)) return keyNeeded
      if (!response.ok || !isOfServer(response)) return refusal(await readError(response))
      for await (const { type, data } of readEvents(response, () => silence.broken())) {
        if (type === 'end') return { text: 'The server is stopping' }
        silence.limit = nextWord
        spoke = true
        const frame = JSON.parse(data)
        this.#state(true, { text: frame.draining ? 'Draining: no new prompts are taken' : 'Live', ...this.#cuts.length >= manyCuts && oftenCut })
        this.dispatchEvent(new CustomEvent('frame', { detail: { full: type === 'snapshot', frame } }))
      }
    } catch {
      // Not reached, cut, silent for too long, or hidden: told below.
    } finally {
      silence.over()
      if (performance.now() - began > good) this.#pause = firstPause
    }
    if (controller.signal.aborted && !silence.tooLong) return asleep
    if (spoke) this.#cuts = [...this.#cuts.filter(time => time > began - within), performance.now()]
    return silence.tooLong && !spoke ? heldBack : spoke ? cut : lost
  }

  /** Without a time: until it is woken. */
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

  #state(live, why) {
    this.dispatchEvent(new CustomEvent('state', { detail: { live, ...why } }))
  }
}

/** A server that refuses in passing (too many watch) is told in few words; where there is something to do, at length. */
const refusal = ({ message, advice }) => advice ? { text: 'No connection to the server; trying again', message, advice } : { text: message }
