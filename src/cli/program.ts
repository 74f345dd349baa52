import { Command, CommanderError } from "commander";
import { version } from "../app/bundled.ts";
import { checkCommand } from "./check.ts";
import { deliveriesCommand } from "./deliveries.ts";
import { demoCommand } from "./demo.ts";
import { initCommand } from "./init.ts";
import { issuesCommand } from "./issues.ts";
import { statusOf, trouble } from "./output.ts";
import { postsCommand } from "./posts.ts";
import { runCommand } from "./run.ts";
import { serveCommand } from "./serve.ts";
import { sourcesCommand } from "./sources.ts";
import { statusCommand } from "./status.ts";
import { subscribersCommand } from "./subscribers.ts";
import { addCommand, tryCommand } from "./try.ts";

const program = new Command("postwire")
  .description('Turns "latest updates" pages into feeds and a weekly digest by mail.')
  .version(version)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "✗ ")) })
  .showHelpAfterError("  postwire --help lists the commands.")
  .addHelpText(
    "after",
    "\nFirst steps:\n  $ postwire demo\n  $ postwire init\n  $ postwire add https://example.org/blog\n  $ postwire serve",
  );

const commands = [
  initCommand,
  tryCommand,
  addCommand,
  checkCommand,
  runCommand,
  serveCommand,
  statusCommand,
  sourcesCommand,
  postsCommand,
  subscribersCommand,
  issuesCommand,
  deliveriesCommand,
  demoCommand,
];
for (const add of commands) add(program);

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    process.stderr.write(`${trouble(error)}\n`);
    process.exitCode = statusOf(error);
  }
}
