/** A child process in which code of a submission runs. */
import { live } from "./life.ts";
import { sealProcess } from "./sealed.ts";

live(sealProcess);
