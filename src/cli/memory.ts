import { setFlagsFromString } from "node:v8";

// The heap is collected before it grows, not after: a program that runs for years beside others needs little memory
// more than it needs the last bit of speed. Takes effect for what is loaded after it (decision 14).
setFlagsFromString("--optimize-for-size");
