import {
  account,
  bank,
  counter,
  dictionary,
  fifo,
  lock,
  mutex,
  register,
  type Model,
} from "../../src/history/index.ts";
import { returned, threw, type Vocabulary } from "./_arbitrary.ts";
import { bag, queues } from "./_models.ts";

const now = { timeout: 0 };

/** A model, and small histories that it accepts or rejects about equally often. */
export interface Subject<State = unknown> extends Vocabulary {
  readonly model: Model<State>;
}

/** Every ready-made model, one with several legal outcomes, and two that have parts. */
export const subjects: readonly Subject[] = [
  {
    model: register(),
    calls: [["read"], ["write", 1], ["write", 2], ["compareExchange", 1, 2]],
    outcomes: [returned(0), returned(1), returned(2)],
  },
  {
    model: counter(),
    calls: [["value"], ["increment"], ["next"]],
    outcomes: [returned(0), returned(1), returned(2)],
  },
  {
    model: fifo(),
    calls: [["put", 1], ["put", 2], ["get"], ["get", now], ["qsize"]],
    outcomes: [returned(1), returned(2), threw("EMPTY")],
  },
  {
    model: fifo(1),
    calls: [["put", 1], ["put", 2, now], ["get"], ["get", now], ["qsize"]],
    outcomes: [returned(1), returned(), threw("FULL"), threw("EMPTY")],
  },
  {
    model: account(2),
    calls: [["deposit", 1], ["deposit", 0], ["withdraw", 2], ["withdraw", 1.5], ["balance"]],
    outcomes: [returned(true), returned(false), returned(1), returned(2), threw("RangeError")],
  },
  {
    model: bank([2, 0]),
    calls: [["transfer", 0, 1, 1], ["transfer", 1, 0, 2], ["balance", 0], ["total"]],
    outcomes: [returned(true), returned(false), returned(1), returned(2)],
  },
  {
    model: mutex(),
    calls: [["lock"], ["unlock"]],
    outcomes: [returned(), threw("NOT_LOCKED")],
  },
  {
    model: lock(),
    calls: [["acquire"], ["acquire", now], ["release"], ["locked"]],
    outcomes: [returned(true), returned(false), returned(), threw("NOT_LOCKED")],
  },
  {
    model: dictionary(),
    calls: [
      ["set", "a", 1],
      ["set", "b", 2],
      ["get", "a"],
      ["delete", "a"],
      ["has", "b"],
    ],
    outcomes: [returned(), returned(1), returned(2), returned(true), returned(false)],
  },
  {
    model: queues(),
    calls: [
      ["put", "p", 1],
      ["put", "p", 2],
      ["get", "p"],
      ["get", "p"],
      ["get", "q"],
    ],
    outcomes: [returned(1), returned(2), returned(3)],
  },
  {
    model: bag(),
    calls: [["add", 1], ["add", 2], ["take"], ["take"]],
    outcomes: [returned(1), returned(2), returned(3)],
  },
];
