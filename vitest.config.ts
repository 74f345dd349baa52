import { defineConfig } from "vitest/config";
import { Running } from "./test/running.ts";

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ["default", new Running()],
    projects: [
      {
        test: {
          name: "node",
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: ["test/browser/**", "test/postfix/**"],
          setupFiles: ["test/support/bounded.ts"],
          // The command line is started dozens of times, which takes a busy machine its time; a hang is `.ci/run`'s to end.
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "postfix",
          include: ["test/postfix/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
