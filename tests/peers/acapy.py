"""Starts ACA-Py as a peer for tests. Takes ACA-Py's own command line.

Three things differ from `aca-py`: JSON-LD contexts that this version does not bundle and would download come from its
own test fixtures or from the copies that Vouchsafe bundles, so that no test reaches for the network; its wallet has
connections to spare, since by itself it has one for each processor, and two requests at once on a small machine then
wait for each other until they time out; and the process ends when its standard input closes, so that it never outlives
the test that started it, however that test ends.
"""

import importlib
import importlib.util
import json
import os
import pathlib
import sys
import threading

CONTEXTS = pathlib.Path(__file__).resolve().parents[2] / "src-tauri/crates/credentials/contexts"
SUITES = "https://w3id.org/security/suites"
PACKAGE = "acapy_agent" if importlib.util.find_spec("acapy_agent") else "aries_cloudagent"


def load(module):
    return importlib.import_module(f"{PACKAGE}.{module}")


def serve_contexts_offline():
    fixtures = load("vc.tests.contexts")
    known = {"https://w3id.org/citizenship/v1": fixtures.CITIZENSHIP_V1}
    known["https://www.w3.org/ns/credentials/status/v1"] = json.loads((CONTEXTS / "status-v1.json").read_text())
    # What a did:cheqd document names for the form of its key.
    for suite in ("ed25519-2018", "jws-2020"):
        known[f"{SUITES}/{suite}/v1"] = json.loads((CONTEXTS / f"{suite}-v1.json").read_text())

    def answer(_downloader, url, _options=None):
        if url not in known:
            raise ValueError(f"context {url} is not bundled, and tests do not use the network")
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": known[url],
        }

    load("vc.ld_proofs.document_downloader").StaticCacheJsonLdDownloader._live_load = answer


def have_connections_to_spare():
    config = load("askar.store").AskarStoreConfig
    plain = config.get_uri

    def get_uri(self, *arguments, **named):
        uri = plain(self, *arguments, **named)
        return f"{uri}{'&' if '?' in uri else '?'}max_connections=16"

    config.get_uri = get_uri


def end_with_the_test():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


serve_contexts_offline()
have_connections_to_spare()
threading.Thread(target=end_with_the_test, daemon=True).start()
sys.argv[0] = "aca-py"
start = load("__main__")
start.script_main() if hasattr(start, "script_main") else start.main(sys.argv)
