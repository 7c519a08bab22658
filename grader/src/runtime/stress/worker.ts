/** A worker of a stress run. */
import { parentPort, workerData } from "node:worker_threads";
import { type ParticipantStart, takePart } from "./participant.ts";

if (parentPort === null) throw new Error("E_BUG: worker.ts runs in a worker");
await takePart(parentPort, workerData as ParticipantStart);
