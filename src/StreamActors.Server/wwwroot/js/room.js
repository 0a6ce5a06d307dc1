// Makes room where the browser's storage is full, and says so.

const tooLong = 2_000_000

const full = {
  message: 'This browser’s storage is full.',
  advice: 'What is said now is gone when the page is closed or reloaded. Close sessions you no longer need, or clear what other pages of this address keep.',
}
const none = {
  message: 'This browser keeps nothing for this page.',
  advice: 'What is said here is gone when the page is closed or reloaded. Allow the address to store data if it should stay.',
}
const dropped = count => ({
  message: `This browser’s storage is full: the ${count === 1 ? 'oldest prompt was' : `${count} oldest prompts were`} removed with what was answered.`,
  advice: 'Close sessions you no longer need.',
})

/** Dispatches 'trouble' (detail: {message, advice}) and 'over'. */
export class Room extends EventTarget {
  #dropped = 0
  #failing = false

  /**
   * Writes, and gives up old things for it as long as there are any.
   * @param {Function} write  throws where there is no room
   * @param {number} length  of what is written; for the sake of a giant nothing is given up
   * @param {Function} giveUp  removes the oldest there is: 1 where it was a turn, 0 where it had been thrown away before, null where nothing is left
   */
  write(write, length, giveUp) {
    for (;;) {
      try {
        write()
        this.#kept()
        return
      } catch (failure) {
        const removed = failure.name === 'QuotaExceededError' && length < tooLong ? giveUp() : null
        if (removed === null) return this.#trouble(failure)
        this.#dropped += removed
      }
    }
  }

  #kept() {
    if (this.#dropped) this.#say(dropped(this.#dropped))
    else if (this.#failing) this.dispatchEvent(new Event('over'))
    this.#failing = false
  }

  #trouble(failure) {
    this.#failing = true
    this.#say(failure.name === 'QuotaExceededError' ? full : none)
  }

  #say(detail) { this.dispatchEvent(new CustomEvent('trouble', { detail })) }
}
