import { aStore } from "../support/store.ts";
import { storeContract } from "./contract.ts";

storeContract("the SQLite store", () => aStore());
