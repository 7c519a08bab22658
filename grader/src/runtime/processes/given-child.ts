/** A child process in which nothing but given modules run. */
import { live } from "./life.ts";
import { openProcess } from "./plain.ts";

live(openProcess);
