// Dark and light: as the system says, until one says otherwise.

const place = 'streamactors.theme'
const system = matchMedia('(prefers-color-scheme: dark)')

const kept = () => {
  try { return localStorage.getItem(place) } catch { return null }
}

const current = () => kept() ?? (system.matches ? 'dark' : 'light')

function apply(button) {
  const dark = current() === 'dark'
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  button.textContent = dark ? '☀' : '☾'
  button.setAttribute('aria-label', dark ? 'Light colours' : 'Dark colours')
  button.title = `${dark ? 'Light' : 'Dark'} colours (Alt+T)`
}

/** Makes the button the switch. */
export function useTheme(button) {
  button.addEventListener('click', () => {
    try { localStorage.setItem(place, current() === 'dark' ? 'light' : 'dark') } catch { /* The system's, then. */ }
    apply(button)
  })
  system.addEventListener('change', () => apply(button))
  apply(button)
}
