// The texts of a closing question: what is wider than its frame can be reached by keys.

import { watch } from "./wide.js";

watch(document.querySelectorAll(".passages .text"));
