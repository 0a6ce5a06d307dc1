// The models there are, asked for when the page opens and whenever the server is there again.

import { listModels } from './api.js'

/** Dispatches 'changed'. */
export class Models extends EventTarget {
  list = []

  async refresh() {
    try {
      this.list = await listModels()
      this.dispatchEvent(new Event('changed'))
    } catch {
      // The board says that the server is not there; what was known is kept.
    }
  }
}
