//! Invitations that cannot be used: each is told apart, and nothing is sent.

use jiff::SignedDuration;
use serde_json::{Value, json};
use vouchsafe_agent::connect::{AcceptInvitation, CreateInvitation, ReceiveInvitation};
use vouchsafe_agent::{AgentError, InvitationError};
use vouchsafe_protocols::connection::Handshake;

use super::forger::{a_flow_works, holdings};
use super::support::{automatically, connection_in, invitation, policy, wallet};

#[tokio::test(flavor = "multi_thread")]
async fn each_unusable_invitation_is_told_apart_and_nothing_is_sent() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let good = issuer.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
    let value = serde_json::to_value(&good.invitation).unwrap();
    let with = |pointer: &str, new: Value| {
        let mut changed = value.clone();
        *changed.pointer_mut(pointer).unwrap() = new;
        changed
    };
    let without = |member: &str| {
        let mut changed = value.clone();
        changed.as_object_mut().unwrap().remove(member);
        changed
    };
    let before = holdings(&holder).await;
    let malformed = [
        json!(null),
        json!([]),
        json!({}),
        json!("https://example.org"),
        without("@id"),
        without("services"),
        with("/services", json!([])),
        with("/services", json!([{"id": "#inline", "type": "did-communication"}])),
        with("/services/0/recipientKeys", json!(["did:key:zNotAKey"])),
        with("/handshake_protocols", json!({"a": 1})),
        with("/@type", json!("https://didcomm.org/out-of-band/1.1/handshake-reuse")),
    ];
    for invitation in malformed {
        let error = holder.receive_invitation(invitation.clone(), automatically()).await.unwrap_err();
        assert_eq!(error.code(), "invitation-malformed", "{invitation}: {error}");
        assert!(error.to_string().len() > 20, "{error}");
    }
    let error = holder
        .receive_invitation(with("/handshake_protocols", json!(["https://didcomm.org/chess/1.0"])), automatically())
        .await;
    assert_eq!(error.unwrap_err().code(), "invitation-unsupported");
    let error = issuer.receive_invitation(value.clone(), automatically()).await.unwrap_err();
    assert_eq!(error.code(), "invitation-own");
    for endpoint in ["ftp://example.org", "not an address", "javascript:alert(1)"] {
        let error = holder
            .receive_invitation(with("/services/0/serviceEndpoint", json!(endpoint)), automatically())
            .await
            .unwrap_err();
        assert!(matches!(error.code(), "address-refused" | "invitation-malformed"), "{endpoint}: {error}");
    }
    // Cut short at any place.
    let url = issuer.invitation_url(&good.invitation);
    for length in (10..url.len()).step_by(23) {
        if let Err(error) = holder.look_at_invitation(&url[..length]).await {
            assert_eq!(error.code(), "invitation-malformed", "{error}");
        }
    }
    assert_eq!(holdings(&holder).await, before);
    a_flow_works(&issuer, &holder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_expired_was_used_or_was_taken_back_says_so() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let other = wallet("Other", policy()).await;
    let soon = issuer.now().checked_add(SignedDuration::from_millis(1200)).unwrap();
    let wanted = CreateInvitation { expires_at: Some(soon), ..invitation(Handshake::DidExchange11) };
    let expiring = issuer.create_invitation(wanted).await.unwrap();
    let expiring_value = serde_json::to_value(&expiring.invitation).unwrap();
    // Received in time, but accepted too late: the inviter says no.
    let late = ReceiveInvitation { auto_accept: Some(false), ..ReceiveInvitation::default() };
    other.receive_invitation(expiring_value.clone(), late).await.unwrap();

    let once = issuer.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
    holder.receive_invitation(serde_json::to_value(&once.invitation).unwrap(), automatically()).await.unwrap();
    connection_in(&holder, &once.invi_msg_id, "completed").await;
    other.receive_invitation(serde_json::to_value(&once.invitation).unwrap(), automatically()).await.unwrap();
    let refused = connection_in(&other, &once.invi_msg_id, "abandoned").await;
    assert!(refused.error_msg.unwrap().contains("used"));

    for protocol in [Handshake::DidExchange11, Handshake::DidExchange10, Handshake::Connections10] {
        let gone = issuer.create_invitation(invitation(protocol)).await.unwrap();
        issuer.delete_invitation(&gone.id).await.unwrap();
        other.receive_invitation(serde_json::to_value(&gone.invitation).unwrap(), automatically()).await.unwrap();
        let refused = connection_in(&other, &gone.invi_msg_id, "abandoned").await;
        assert!(refused.error_msg.as_deref().unwrap().contains("not known"), "{:?}", refused.error_msg);
    }

    tokio::time::sleep(std::time::Duration::from_millis(1300)).await;
    let error = holder.receive_invitation(expiring_value, automatically()).await.unwrap_err();
    assert!(matches!(error, AgentError::Invitation(InvitationError::Expired)), "{error}");
    let waiting = connection_in(&other, &expiring.invi_msg_id, "invitation-received").await;
    match other.accept_invitation(&waiting.id, AcceptInvitation::default()).await {
        Ok(_) => {
            let refused = connection_in(&other, &expiring.invi_msg_id, "abandoned").await;
            assert!(refused.error_msg.as_deref().unwrap().contains("expired"), "{:?}", refused.error_msg);
        }
        Err(error) => assert_eq!(error.code(), "invitation-expired"),
    }
    a_flow_works(&issuer, &holder).await;
}
