/** A child with two queues on its port, which talks to its parent on the same port. */
import { type Port, openQueue } from "../src/index.ts";

const first = openQueue<string>();
const second = openQueue<string>(process as unknown as Port);

process.on("message", function hear(message: unknown) {
  if (typeof message !== "string") return;
  process.off("message", hear);
  process.send?.(`heard ${message}`);
  void Promise.all([second.put("two"), first.put("one")]);
});
