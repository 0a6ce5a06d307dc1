// Says why, where the page does not start. Needs nothing: it must run where the modules do not.

(() => {
  const patience = 4000

  const say = fault => {
    const boot = document.getElementById('boot')
    if (!boot) return
    const line = boot.querySelector('.fault')
    boot.dataset.fault = ''
    boot.querySelector('.state').textContent = 'This page does not start.'
    if (!line.textContent.includes(fault)) line.textContent = `${line.textContent} ${fault}`.trim()
  }

  /** The files that were answered with an error; a module that another one asks for is told nowhere else. */
  const refused = () => performance.getEntriesByType('resource').filter(file => file.responseStatus >= 400)
    .map(file => `${file.name} was answered with ${file.responseStatus}.`)

  const missing = url => {
    const known = refused()
    for (const fault of known.length ? known : [`${url} could not be loaded, or is not what it should be.`]) say(fault)
  }

  // Told in time only while it is listened to on the way down: such an event does not bubble.
  addEventListener('error', ({ target, message }) => {
    const url = target.src ?? target.href
    const told = () => url ? missing(url) : say(`A script failed: ${message}.`)
    if (document.getElementById('boot')) told()
    else addEventListener('DOMContentLoaded', told)
  }, true)
  document.addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) =>
    say(`The policy that came with the page blocks ${blockedURI} (${effectiveDirective}). A proxy may have changed it.`))
  setTimeout(() => {
    refused().forEach(say)
    if (document.getElementById('boot')) say('Some of it has not arrived yet.')
  }, patience)
})()
