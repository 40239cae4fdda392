//! `/vc`: W3C's VC-API, for credentials that are part of no exchange.

use serde_json::{Map, Value, json};
use vouchsafe_agent::Page;
use vouchsafe_protocols::issue_credential::LdProofDetail;
use vouchsafe_store::CredentialFilter;

use crate::call::{Call, Kind, PAGING, param, required};
use crate::error::ApiError;
use crate::route::{Answer, Route};
use crate::views::credential::verification;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/vc/credentials/issue", "Issue a credential", issue)
            .body(
                const {
                    &[
                        required("credential", Kind::Object, "The credential, without proof"),
                        param("options", Kind::Object, "Proof options (RFC 0593); credentialStatus {type: BitstringStatusListEntry} makes it revocable"),
                    ]
                },
            )
            .creates(),
        Route::post("/vc/credentials/store", "Store a credential", store).body(
            const {
                &[
                    required("verifiableCredential", Kind::Object, "The credential"),
                    param("options", Kind::Object, "skipVerification is refused: what is stored was verified"),
                ]
            },
        ),
        Route::post("/vc/credentials/verify", "Verify a credential", verify).body(
            const {
                &[
                    required("verifiableCredential", Kind::Object, "The credential"),
                    param("options", Kind::Object, "What the proof shall be; not looked at"),
                ]
            },
        ),
        Route::get("/vc/credentials", "List stored credentials", list).query(&PAGING),
        Route::get("/vc/credentials/{credential_id}", "Fetch a stored credential", show),
    ]
}

async fn issue(call: Call) -> Answer {
    let credential = call.body.object("credential").unwrap_or_default();
    let mut options = call.body.object("options").unwrap_or_default();
    if !options.contains_key("proofType") {
        // `type` is what an earlier draft of the VC-API called it.
        let wanted = options.shift_remove("type").unwrap_or_else(|| "Ed25519Signature2020".into());
        options.insert("proofType".to_owned(), wanted);
    }
    let mut detail = Map::new();
    detail.insert("credential".to_owned(), credential.into());
    detail.insert("options".to_owned(), options.into());
    let detail = LdProofDetail::from_value(Value::Object(detail))
        .map_err(|error| ApiError::field("options", &error.to_string()))?;
    if detail.credential_status().is_some() {
        let (name, signed) = call.api.agent().sign_revocable_credential(detail).await?;
        return Ok(json!({ "verifiableCredential": signed, "credentialId": name }));
    }
    let signed = call.api.agent().sign_credential(detail).await?;
    Ok(json!({ "verifiableCredential": signed }))
}

async fn store(call: Call) -> Answer {
    let options = call.body.object("options").unwrap_or_default();
    if options.get("skipVerification").is_some_and(|skip| skip != &Value::Bool(false)) {
        return Err(ApiError::bad("A credential is not stored without being verified."));
    }
    let credential = call.body.object("verifiableCredential").unwrap_or_default();
    let id = call.api.agent().keep_credential(Value::Object(credential)).await?;
    Ok(json!({ "credentialId": id }))
}

async fn verify(call: Call) -> Answer {
    let credential = call.body.object("verifiableCredential").unwrap_or_default();
    let found = call.api.agent().verify_credential(Value::Object(credential)).await?;
    Ok(verification(&found))
}

async fn list(call: Call) -> Answer {
    let page: Page = call.page();
    let credentials = call
        .api
        .agent()
        .store()
        .read(move |reader| {
            let mut credentials = Vec::new();
            for found in reader.credentials(&CredentialFilter::default(), page)? {
                credentials.extend(reader.credential(&found.record_id)?.map(|row| row.cred));
            }
            Ok::<_, vouchsafe_agent::AgentError>(credentials)
        })
        .await?;
    Ok(json!({ "results": credentials }))
}

async fn show(call: Call) -> Answer {
    Ok(call.api.agent().credential(call.path("credential_id")).await?.cred)
}
