import type { Trial } from "./trial.ts";

/** Steps of opening an issue. */
export const openingSteps: readonly string[] = [
  "openIssue:before:1",
  "openIssue:after:1",
  "addDeliveries:before:1",
  "addDeliveries:after:1",
];

/** Opens an issue for all readers who are there; with `faults`, the process that does it is killed at each of them first. */
export async function openIssue(trial: Trial, faults: readonly string[] = []): Promise<number> {
  trial.addPost();
  await trial.run("run", "refresh", "--force");
  const number = trial.frozen.size + 1;
  trial.frozen.set(
    number,
    trial.readers.filter((reader) => !trial.removed.has(reader)),
  );
  for (const fault of faults) {
    const life = trial.start(["run", "digest", "--now"], fault);
    const { kill, status } = await life.over;
    if (kill === null) trial.wrongs.push(`${fault} was not reached: ended with ${status}: ${life.said()}`);
  }
  await trial.run("run", "digest", "--now");
  const states = trial.look().issues.map(({ state }) => state);
  if (states[number - 1] !== "open" || states.length !== number) {
    trial.wrongs.push(`issue ${number} is not open: ${states.join(", ")}`);
  }
  return number;
}
