//! DIDComm transports (RFC 0025): HTTP and WebSocket, in and out, with return route (RFC 0092) on both.

pub mod address;
pub mod client;
mod landing;
pub mod listener;
mod patient;
pub mod server;
pub mod sessions;
