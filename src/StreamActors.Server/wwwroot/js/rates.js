// How much came in each second of the last minute.

const seconds = 60
const shownOver = 5

/** One counter's rate. */
export class Rate {
  #last = null
  #second = 0
  #buckets = new Array(seconds).fill(0)

  /** Notes the counter as it stands; one that went back began anew. */
  note(counter, now) {
    this.#move(now)
    if (this.#last !== null && counter > this.#last) this.#buckets[this.#second % seconds] += counter - this.#last
    this.#last = counter
  }

  /** Each second's, oldest first; the last one is not over. */
  each(now) {
    this.#move(now)
    return Array.from({ length: seconds }, (_, i) => this.#buckets[(this.#second + 1 + i) % seconds])
  }

  /** Over the last whole seconds. */
  perSecond(now) {
    const whole = this.each(now).slice(-1 - shownOver, -1)
    return whole.reduce((sum, bucket) => sum + bucket, 0) / shownOver
  }

  #move(now) {
    const second = Math.floor(now / 1000)
    if (second - this.#second >= seconds) this.#buckets.fill(0)
    else for (let s = this.#second + 1; s <= second; s++) this.#buckets[s % seconds] = 0
    this.#second = Math.max(second, this.#second)
  }
}
