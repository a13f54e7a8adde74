/**
 * Calls `onWake` when timers come much too late: the computer slept, and connections that look open
 * are most likely dead. Returns the function that stops looking.
 */
export function onWake(callback: () => void, options: { slept: number; sleepCheck: number }): () => void {
  let expected = Date.now() + options.sleepCheck;
  const timer = setInterval(() => {
    const late = Date.now() - expected;
    expected = Date.now() + options.sleepCheck;
    if (late > options.slept) callback();
  }, options.sleepCheck);
  timer.unref();
  return () => clearInterval(timer);
}
