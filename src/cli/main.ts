#!/usr/bin/env node
import "./memory.ts";

// Everything else is loaded after what is said there of its memory.
await import("./program.ts");
