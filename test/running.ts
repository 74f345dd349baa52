import type { Reporter, TestCase, TestModule } from "vitest/node";

/** Names, at SIGUSR2, what is under way: how a run that hangs tells where. */
export class Running implements Reporter {
  readonly #underWay = new Map<string, string>();

  onTestRunStart(): void {
    process.on("SIGUSR2", () => {
      console.log(`Under way:\n${[...this.#underWay.values()].join("\n")}`);
    });
  }

  onTestModuleStart({ id, relativeModuleId }: TestModule): void {
    this.#underWay.set(id, relativeModuleId);
  }

  onTestModuleEnd({ id }: TestModule): void {
    this.#underWay.delete(id);
  }

  onTestCaseReady({ id, fullName, module }: TestCase): void {
    this.#underWay.set(id, `${module.relativeModuleId} > ${fullName}`);
  }

  onTestCaseResult({ id }: TestCase): void {
    this.#underWay.delete(id);
  }
}
