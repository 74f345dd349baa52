import { setFlagsFromString } from "node:v8";

// The heap grows by less than a third before it is collected, not to several times its size: a program that runs for
// years beside others needs its memory more than the last bit of speed. For what is loaded after it (decision 14).
setFlagsFromString("--heap-growing-percent=30");
