"""The reference implementation as a peer: it reads one question a line and answers each with a line of JSON."""

import json
import sys

import anoncreds as a
from anoncreds import bindings


class Counted(list):
    """The wheel's Python takes a list's method `count` for its length, which fails for every list of overrides."""

    @property
    def count(self):
        return len(self)


verify_presentation = bindings.verify_presentation
bindings.verify_presentation = lambda *all: verify_presentation(*all[:-1], Counted(all[-1]))


def offer(schema_id, definition_id, proof):
    return a.CredentialOffer.create(schema_id, definition_id, a.KeyCorrectnessProof.load(proof)).to_dict()


def schema(name, version, issuer_id, attributes):
    return a.Schema.create(name, version, issuer_id, attributes).to_dict()


def definition(schema_id, schema, issuer_id, tag, revocable):
    made = a.CredentialDefinition.create(
        schema_id, a.Schema.load(schema), issuer_id, tag, "CL", support_revocation=revocable
    )
    return dict(zip(("definition", "private", "correctness_proof"), (part.to_dict() for part in made)))


def link_secret():
    return a.create_link_secret()


def request(offer, definition, link_secret, entropy=None, prover_did=None):
    request, metadata = a.CredentialRequest.create(
        entropy, prover_did, a.CredentialDefinition.load(definition), link_secret, "default",
        a.CredentialOffer.load(offer),
    )
    return {"request": request.to_dict(), "metadata": metadata.to_dict()}


def place_of(place):
    if place is None:
        return None
    return a.CredentialRevocationConfig(
        a.RevocationRegistryDefinition.load(place["registry"]),
        a.RevocationRegistryDefinitionPrivate.load(place["private"]),
        a.RevocationStatusList.load(place["list"]),
        place["index"],
    )


def issue(definition, private, offer, request, values, place=None):
    return a.Credential.create(
        a.CredentialDefinition.load(definition), a.CredentialDefinitionPrivate.load(private),
        a.CredentialOffer.load(offer), a.CredentialRequest.load(request), values, None, place_of(place),
    ).to_dict()


def process(credential, metadata, link_secret, definition, registry=None):
    return a.Credential.load(credential).process(
        a.CredentialRequestMetadata.load(metadata), link_secret, a.CredentialDefinition.load(definition),
        a.RevocationRegistryDefinition.load(registry) if registry else None,
    ).to_dict()


def registry(definition, definition_id, issuer_id, tag, size, folder):
    registry, private = a.RevocationRegistryDefinition.create(
        definition_id, a.CredentialDefinition.load(definition), issuer_id, tag, "CL_ACCUM", size, tails_dir_path=folder
    )
    return {"registry": registry.to_dict(), "private": private.to_dict(), "tails": registry.tails_location}


def status_list(definition, registry_id, registry, private, issuer_id, by_default, timestamp):
    return a.RevocationStatusList.create(
        a.CredentialDefinition.load(definition), registry_id, a.RevocationRegistryDefinition.load(registry),
        a.RevocationRegistryDefinitionPrivate.load(private), issuer_id, by_default, timestamp,
    ).to_dict()


def update(definition, registry, private, list, issued, revoked, timestamp):
    return a.RevocationStatusList.load(list).update(
        a.CredentialDefinition.load(definition), a.RevocationRegistryDefinition.load(registry),
        a.RevocationRegistryDefinitionPrivate.load(private), issued or None, revoked or None, timestamp,
    ).to_dict()


def state(registry, list, index, tails, earlier=None):
    earlier = earlier or {}
    return a.CredentialRevocationState.create(
        a.RevocationRegistryDefinition.load(registry), a.RevocationStatusList.load(list), index, tails,
        a.CredentialRevocationState.load(earlier["state"]) if earlier else None,
        a.RevocationStatusList.load(earlier["list"]) if earlier else None,
    ).to_dict()


def presented_credentials(kind, presented):
    credentials = a.PresentCredentials()
    for one in presented:
        credential = kind.load(one["credential"])
        state = one.get("state")
        stands = {}
        if state:
            stands = {"timestamp": state["timestamp"], "rev_state": a.CredentialRevocationState.load(state)}
        for referent, reveal in one["attributes"].items():
            credentials.add_attributes(credential, referent, reveal=reveal, **stands)
        credentials.add_predicates(credential, *one["predicates"], **stands)
    return credentials


def present(request, presented, self_attested, link_secret, schemas, definitions):
    return a.Presentation.create(
        a.PresentationRequest.load(request), presented_credentials(a.Credential, presented), self_attested,
        link_secret, schemas, definitions,
    ).to_dict()


def verify(presentation, request, schemas, definitions, registries, lists, overrides=()):
    return a.Presentation.load(presentation).verify(
        a.PresentationRequest.load(request), schemas, definitions, registries,
        [a.RevocationStatusList.load(list) for list in lists],
        [a.NonrevokedIntervalOverride(*one) for one in overrides],
    )


def w3c_issue(definition, private, offer, request, values, version, issued=None, place=None):
    return a.W3cCredential.create(
        a.CredentialDefinition.load(definition), a.CredentialDefinitionPrivate.load(private),
        a.CredentialOffer.load(offer), a.CredentialRequest.load(request), values, place_of(place), version,
    ).to_dict()


def w3c_process(credential, metadata, link_secret, definition, registry=None):
    return a.W3cCredential.load(credential).process(
        a.CredentialRequestMetadata.load(metadata), link_secret, a.CredentialDefinition.load(definition),
        a.RevocationRegistryDefinition.load(registry) if registry else None,
    ).to_dict()


def w3c_back(credential):
    return a.Credential.from_w3c(a.W3cCredential.load(credential)).to_dict()


def w3c_present(request, presented, link_secret, schemas, definitions, version):
    return a.W3cPresentation.create(
        a.PresentationRequest.load(request), presented_credentials(a.W3cCredential, presented), link_secret, schemas,
        definitions, version,
    ).to_dict()


def w3c_verify(presentation, request, schemas, definitions, registries, lists):
    return a.W3cPresentation.load(presentation).verify(
        a.PresentationRequest.load(request), schemas, definitions, registries,
        [a.RevocationStatusList.load(list) for list in lists],
    )


KINDS = {
    "schema": a.Schema, "definition": a.CredentialDefinition, "private": a.CredentialDefinitionPrivate,
    "correctness_proof": a.KeyCorrectnessProof, "offer": a.CredentialOffer, "request": a.CredentialRequest,
    "metadata": a.CredentialRequestMetadata, "credential": a.Credential, "registry": a.RevocationRegistryDefinition,
    "registry_private": a.RevocationRegistryDefinitionPrivate, "status_list": a.RevocationStatusList,
    "state": a.CredentialRevocationState, "presentation_request": a.PresentationRequest,
    "presentation": a.Presentation, "w3c_credential": a.W3cCredential, "w3c_presentation": a.W3cPresentation,
}


def rewrite(kind, object):
    return KINDS[kind].load(object).to_dict()


for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = {"ok": globals()[question["step"]](**question["with"])}
    except Exception as error:
        answer = {"error": str(error) or repr(error)}
    print(json.dumps(answer), flush=True)
