import { defineModel } from "../define-model.ts";
import { throws } from "../effect.ts";
import type { Model } from "../model.ts";

/** A bank account of integer cents that is never overdrawn. */
export const account = (initial = 0): Model<number> =>
  defineModel({
    name: "account",
    initial,
    operations: {
      deposit: (balance, amount: number) =>
        isAmount(amount) ? [balance + amount] : throws(balance, "RangeError"),
      withdraw: (balance, amount: number) => {
        if (!isAmount(amount)) return throws(balance, "RangeError");
        return amount <= balance ? [balance - amount, true] : [balance, false];
      },
      balance: (balance) => [balance, balance],
    },
  });

const isAmount = (amount: number): boolean => Number.isInteger(amount) && amount >= 1;
