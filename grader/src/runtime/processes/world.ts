/**
 * One execution of a process scenario. The parent's submission runs in this thread and its children in processes of
 * their own; whatever goes from one to the other comes through here. Only when the parent and every child have come to
 * rest does the next thing happen: one message, one end, one gate, or the clock. So what may happen next depends on the
 * submission alone, not on the speed of the machine, and the same order gives the same execution.
 */
import type {
  ChildNote,
  ChildPort,
  ProcessOutcome,
  ProcessScenario,
} from "../../scenario/index.ts";
import { AssertionFailed } from "../threads/participant.ts";
import type { VirtualClock } from "../tasks/clock.ts";
import { plainOf } from "../tasks/plain.ts";
import { factsOf, leftText, livingOf, stuckText, waitersOf } from "./account.ts";
import { type Child, type Children, type SeenReport, createChildren } from "./children.ts";
import { type Delivery, chooserOf, createDeliveries } from "./deliveries.ts";
import type { Facade, Kin } from "./family.ts";
import { createGates } from "./gates.ts";
import { settle } from "./globals.ts";
import { createNarrative } from "./narrative.ts";
import { createOperations } from "./operations.ts";
import {
  type ChildModule,
  type ChildStart,
  type Order,
  PROCESS_LIMIT,
  type ProcessLimits,
  type ProcessRow,
  type ProcessWaiter,
  type ProcessesEnd,
  type Site,
} from "./protocol.ts";
import { endText } from "./text.ts";
import { createTools } from "./tools.ts";
import { createWaits } from "./waits.ts";

/** Why an execution is no longer worth going on with. */
export interface Stop {
  readonly end: ProcessesEnd;
  readonly actor: number;
  readonly waiters?: readonly ProcessWaiter[];
  readonly site?: Site | undefined;
  readonly detail?: string;
  readonly error?: unknown;
}

/** What an execution needs of its host. */
export interface WorldHooks {
  readonly order: Order;
  readonly scenario: ProcessScenario<unknown>;
  readonly modules: readonly ChildModule[];
  /** What a child runs that begins with these modules. */
  fileFor(modules: readonly ChildModule[]): string;
  readonly env: NodeJS.ProcessEnv;
  readonly limits: ProcessLimits;
  readonly clock: VirtualClock;
  /** `process.env` of the submission. */
  readonly parentEnv: Record<string, string | undefined>;
  url(href: string): URL;
  /** `fork` as the submission has it. */
  fork(href: string, args: readonly string[], options: object): ChildPort;
  site(): Site | undefined;
  /** One thing has happened; `busy` is the child that is awaited now, 0 = none. */
  onEvent(busy: number): void;
  onCount(children: readonly Child[]): void;
  /** Ends the process: does not return. */
  stop(stop: Stop): never;
  /** Marked processes that are not among these pids. */
  strays(known: readonly number[]): number;
}

/** An execution. */
export interface World {
  /** Starts a child of the submission. */
  start(
    start: Omit<ChildStart, "modules">,
    options: { readonly isDetached: boolean; readonly facade: Facade },
  ): Kin;
  /** Sends a signal to the child `pid`; false when there is none. */
  kill(pid: number, signal: string): boolean;
  /** Runs the scenario's body to its end, and all that it leaves. */
  run(kata: unknown): Promise<ProcessOutcome>;
  readonly rows: readonly ProcessRow[];
}

/** Makes an execution. */
export function createWorld(hooks: WorldHooks): World {
  const { scenario, limits, clock, order } = hooks;
  const { faults = [], explore = {} } = scenario;
  const isNative = order.startsWith("native-");
  const { choose, overtakes } = chooserOf(order);
  const deliveries = createDeliveries();
  const notes: ChildNote[] = [];
  const done = new Set<number>();
  const waits = createWaits();
  let events = 0;
  let unread = 0;
  let most = 0;
  let overtaken = 0;
  let body: { readonly result: unknown } | undefined;
  /** When the parent was killed, and how long its children have from then on. */
  let death: { readonly at: number; readonly ms: number } | undefined;

  const children: Children = createChildren({
    fileFor: hooks.fileFor,
    heapMiB: limits.memoryMiB,
    env: hooks.env,
    now: clock.now,
    onReport() {
      if (++unread > limits.messages) hooks.stop({ end: "messages", actor: 0 });
      hooks.onEvent(children.busy()?.number ?? 0);
    },
    onCount(all) {
      hooks.onEvent(children.busy()?.number ?? 0);
      most = Math.max(most, livingOf(all).length);
      hooks.onCount(all);
    },
  });

  const narrative = createNarrative(clock.now, () => children.all);
  const { rows, tell, show } = narrative;
  const operations = createOperations(() => events, narrative);
  const gates = createGates({
    thresholds: scenario.gates ?? {},
    children: () => children.all,
    pass({ number }, gate) {
      add({ kind: "gate", to: "child", child: number, gate });
    },
  });

  const childOf = (number: number): Child => children.all[number - 1] as Child;

  function add(delivery: Delivery): void {
    if (death !== undefined && delivery.to === "parent") return;
    deliveries.add(delivery);
    if (deliveries.size > limits.messages) hooks.stop({ end: "messages", actor: 0 });
  }

  function start(
    given: Omit<ChildStart, "modules">,
    options: { readonly isDetached: boolean; readonly facade: Facade },
  ): Kin {
    const site = hooks.site();
    if (livingOf(children.all).length >= PROCESS_LIMIT || children.all.length >= limits.processes)
      hooks.stop({ end: "processes", actor: 0, site });
    // A child that begins with a given module gets no other ones: so it needs no compartment.
    const isGiven = hooks.modules.some((each) => each.entry === given.entry && each.isGiven);
    const modules = isGiven ? hooks.modules.filter((each) => each.isGiven) : hooks.modules;
    const child = children.start({ ...given, modules }, options);
    tell(0, `forks child ${child.number} (${child.entry})`, site);
    return {
      number: child.number,
      pid: child.pid,
      transmit(value) {
        tell(0, `sends ${show(value)} to child ${child.number}`, hooks.site());
        add({ kind: "message", to: "child", child: child.number, value });
      },
      close() {
        tell(0, `disconnects from child ${child.number}`, hooks.site());
        add({ kind: "disconnect", to: "child", child: child.number });
      },
      kill(signal) {
        tell(0, `sends ${signal} to child ${child.number}`, hooks.site());
        children.kill(child, signal as NodeJS.Signals);
        return true;
      },
    };
  }

  /** Looks at what children have done since they were last looked at, child by child. */
  function look(): void {
    deliveries.nextRound();
    for (const child of children.all) {
      const { reports } = child;
      child.reports = [];
      unread -= reports.length;
      for (const report of reports) take(child, report);
      if (child.end !== undefined && !child.isEndSeen) seeEnd(child);
    }
    for (const [i, fault] of faults.entries()) {
      const child = children.all[fault.child - 1];
      if (done.has(i) || child === undefined || child.sent < fault.after || child.end !== undefined)
        continue;
      done.add(i);
      if (typeof fault.by === "string") strike(child, fault.by);
      else children.tell(child, { kind: "exit", code: fault.by.exit });
    }
  }

  function take(child: Child, report: SeenReport): void {
    const { number } = child;
    switch (report.kind) {
      case "message":
        tell(number, `sends ${show(report.value)}`, report.site);
        return add({ kind: "message", to: "parent", child: number, value: report.value });
      case "disconnect":
        child.isUpClosed = true;
        tell(number, "disconnects", report.site);
        return add({ kind: "disconnect", to: "parent", child: number });
      case "note":
        notes.push({ child: number, pid: child.pid, text: report.text });
        return tell(number, report.text);
      case "called":
        return operations.called(number, report.operation, report.name, report.args, report.site);
      case "answered":
        return operations.answered(number, report.operation, report.outcome);
      case "arrive":
        tell(number, `waits at the gate "${report.gate}"`, report.site);
        return gates.arrive(child, report.gate);
      case "ends":
        return tell(number, `ends with ${report.code}`, report.site);
      case "failed": {
        const { code, message, frames } = report.error;
        const [frame] = frames;
        return tell(
          number,
          `throws ${code}${message === "" ? "" : `: ${message.slice(0, 80)}`}`,
          frame === undefined
            ? undefined
            : { entry: report.entry, line: frame.line, column: frame.column },
        );
      }
      case "nested":
        return hooks.stop({ end: "nested", actor: number, site: report.site });
    }
  }

  function seeEnd(child: Child): void {
    const { number, end } = child;
    if (end === undefined) return;
    child.isEndSeen = true;
    deliveries.drop(number, "child");
    if (end.signal !== null) tell(number, `is ended by ${end.signal}`);
    if (!child.isUpClosed) add({ kind: "disconnect", to: "parent", child: number });
    add({ kind: "exit", to: "parent", child: number, ...end });
  }

  /** A signal from outside. */
  function strike(child: Child, signal: NodeJS.Signals): void {
    tell(child.number, `is sent ${signal} by the scenario`);
    children.kill(child, signal);
  }

  function deliver(delivery: Delivery): void {
    deliveries.take(delivery);
    const child = childOf(delivery.child);
    const { number, facade } = child;
    if (delivery.to === "child") {
      if (delivery.kind === "message") tell(number, `gets ${show(delivery.value)}`);
      if (delivery.kind === "gate") tell(number, `goes on at the gate "${delivery.gate}"`);
      const { to: _to, child: _child, ...action } = delivery;
      return children.tell(child, action);
    }
    switch (delivery.kind) {
      case "message":
        tell(0, `gets ${show(delivery.value)} from child ${number}`);
        return facade.receive(delivery.value);
      case "disconnect":
        tell(0, `sees 'disconnect' of child ${number}`);
        return facade.disconnected();
      case "exit":
        tell(0, `sees 'exit' ${endText(delivery)} of child ${number}`);
        child.isEndTold = true;
        return facade.exited(delivery.code, delivery.signal);
    }
  }

  /** Lets the parent and all children come to rest; at native speed, only the parent. */
  async function rest(): Promise<void> {
    await settle(clock);
    for (;;) {
      if (isNative) look();
      const busy = children.busy();
      hooks.onEvent(busy?.number ?? 0);
      if (busy === undefined || (isNative && deliveries.size > 0)) break;
      await children.change();
    }
    hooks.onEvent(0);
    look();
  }

  /** The earliest time at which something happens by the clock alone. */
  function nextDue(): number | undefined {
    const dues = [clock.due(), ...children.all.map(({ due }) => due)].filter(
      (due) => due !== undefined,
    );
    return dues.length === 0 ? undefined : Math.min(...dues);
  }

  function passTime(due: number): void {
    const child = clock.due() === due ? undefined : children.all.find((other) => other.due === due);
    clock.moveTo(due);
    if (child === undefined) {
      tell(0, "time passes");
      return clock.fireNext();
    }
    tell(child.number, "time passes");
    child.due = undefined;
    return children.tell(child, { kind: "tick" });
  }

  /** One more thing; false when nothing more comes. */
  function step(): boolean {
    const most = explore.events ?? limits.events;
    if (++events > most)
      hooks.stop({ end: "events", actor: 0, detail: `no end after ${most} events` });
    if (waits.resolve(false)) return true;
    // Node would have ended the parent here, whatever is on its way.
    if (body === undefined && !isHeld()) return false;
    const candidates = deliveries.candidates();
    const due = nextDue();
    if (candidates.length > 0) {
      const mayOvertake =
        due !== undefined &&
        overtaken < (explore.overtakes ?? 0) &&
        (death === undefined || mayPass(due));
      if (mayOvertake && overtakes()) {
        overtaken++;
        passTime(due);
      } else deliver(choose(candidates));
      return true;
    }
    if (waits.resolve(true)) return true;
    if (due === undefined || !mayPass(due)) return false;
    passTime(due);
    return true;
  }

  /** Whether the clock may still go on to `due`. */
  const mayPass = (due: number): boolean =>
    death === undefined ? body === undefined : due <= death.at + death.ms;

  /** The parent is gone, as by SIGKILL: nothing reaches it, and its children find their channels closed. */
  function killParent(ms: number): void {
    const at = clock.now();
    death = { at, ms };
    body = { result: undefined };
    waits.forget();
    clock.reset();
    clock.moveTo(at);
    tell(0, "is killed");
    for (const { number, end } of children.all) {
      deliveries.drop(number, "parent");
      if (end === undefined) add({ kind: "disconnect", to: "child", child: number });
    }
  }

  /** Whether the parent's process stays alive. */
  const isHeld = (): boolean =>
    waits.whats.length > 0 ||
    clock.held() > 0 ||
    children.all.some(({ facade }) => facade.isHeld());

  const waiters = (): readonly ProcessWaiter[] => waitersOf(waits.whats, children.all);

  function stuck(): never {
    if (!isHeld()) hooks.stop({ end: "early", actor: 0 });
    const found = waiters();
    return hooks.stop({ end: "deadlock", actor: 0, waiters: found, detail: stuckText(found) });
  }

  function requireNothingLeft(): void {
    const living = livingOf(children.all);
    const strays = hooks.strays(living.map(({ pid }) => pid));
    const timers = clock.held() === 0 ? [] : clock.left();
    const left = leftText({ living, timers, strays });
    if (left === "") return;
    const since =
      death === undefined ? "the promise has settled" : `the parent was killed ${death.ms} ms ago`;
    const end = living.length + strays === 0 ? "timer-left" : "leak";
    hooks.stop({ end, actor: 0, waiters: waiters(), detail: `${since}, but ${left}` });
  }

  const tools = createTools({
    hooks,
    gates,
    waits,
    operations,
    notes,
    children: () => children.all,
    strike,
    killParent,
  });

  return {
    start,
    kill(pid, signal) {
      const child = children.all.find((other) => other.pid === pid && !other.isEndTold);
      if (child === undefined) return false;
      tell(0, `sends ${signal} to child ${child.number}`, hooks.site());
      children.kill(child, signal as NodeJS.Signals);
      return true;
    },
    async run(kata) {
      void (async () => {
        try {
          body = { result: plainOf(await scenario.body(kata, tools)) };
        } catch (error) {
          if (AssertionFailed.is(error))
            hooks.stop({ end: "violated", actor: 0, detail: error.message });
          hooks.stop({ end: "threw", actor: 0, error });
        }
      })();
      do await rest();
      while (step());
      if (body === undefined) stuck();
      requireNothingLeft();
      const { all } = operations;
      return {
        result: body?.result,
        children: factsOf(children.all),
        notes: [...notes],
        most,
        operations: all,
      };
    },
    rows,
  };
}
