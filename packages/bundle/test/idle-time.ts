/**
 * Replaces the global timers, with which an idle source is noticed, by fake ones: time passes for them only in
 * `jest.advanceTimersByTime`. Pauses before another attempt, promises and sockets keep real time.
 */
export function useFakeIdleTime(): void {
  jest.useFakeTimers({
    doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'],
  });
}
