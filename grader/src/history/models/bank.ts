import { defineModel } from "../define-model.ts";
import { throws } from "../effect.ts";
import type { Model } from "../model.ts";

/** Accounts of integer cents, none ever overdrawn, whose total a transfer does not change. */
export const bank = (initial: readonly number[]): Model<readonly number[]> =>
  defineModel({
    name: "bank",
    initial: [...initial] as readonly number[],
    operations: {
      transfer: (balances, from: number, to: number, amount: number) => {
        if (!Number.isInteger(amount) || amount < 1) return throws(balances, "RangeError");
        if ((balances[from] ?? 0) < amount) return [balances, false];
        const gain = (i: number) => (i === to ? amount : 0) - (i === from ? amount : 0);
        return [balances.map((balance, i) => balance + gain(i)), true];
      },
      balance: (balances, i: number) => [balances, balances[i]],
      total: (balances) => [balances, balances.reduce((sum, balance) => sum + balance, 0)],
    },
  });
