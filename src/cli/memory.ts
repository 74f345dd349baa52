import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

// A program that runs for years beside others needs its memory more than the last bit of speed (decision 14). V8 reads
// these while it runs, and what is loaded after this file lives by them.

// The heap grows by less than a third before it is collected, not to several times its size.
setFlagsFromString("--heap-growing-percent=30");

/** What was made last has this much room, in bytes, where V8 would give it 32 MB. */
const youngBytes = 8 * 1024 * 1024;

/** Ends the growth of the room for what was made last; the start of a thread begins it anew. */
function hold(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}

/** Makes things that live for a while, until V8 gives them the room: it doubles it when much of it lives. */
function grow(): void {
  const size = () => getHeapSpaceStatistics().find((space) => space.space_name === "new_space")?.space_size;
  let living: number[][] = [];
  for (let made = 0; made < 10_000 && (size() ?? youngBytes) < youngBytes; made += 1) {
    living.push(new Array<number>(2_000).fill(made));
    if (living.length > 200) living = living.slice(100);
  }
}

grow();
hold();
process.on("worker", (thread) => thread.once("online", hold));
