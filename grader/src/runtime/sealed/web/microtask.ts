/** `queueMicrotask` for a compartment: what the callback throws goes to `onThrow`, at once. */
export function createMicrotasks(onThrow: (error: unknown) => void): {
  queueMicrotask(this: void, callback: unknown): void;
} {
  const schedule = queueMicrotask;
  return {
    queueMicrotask(callback) {
      if (typeof callback !== "function") throw new TypeError("queueMicrotask needs a function");
      schedule(() => {
        try {
          Reflect.apply(callback as () => void, undefined, []);
        } catch (error) {
          onThrow(error);
        }
      });
    },
  };
}
